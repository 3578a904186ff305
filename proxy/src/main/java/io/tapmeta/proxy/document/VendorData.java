package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import java.util.Map;
import java.util.Optional;

/** {@code vendor_data.json} and {@code vendor_data2.json}, each standing in for a missing other. */
final class VendorData {
  private static final JsonValue NOTHING = new JsonObject(Map.of(), 0);

  private VendorData() {}

  static Document first(Instance instance) {
    JsonValue document = instance.vendorData().or(() -> staticPart(instance)).orElse(NOTHING);
    return Document.json(new PythonJson().value(document));
  }

  static Document second(Instance instance) {
    JsonValue document =
        instance
            .vendorData2()
            .orElseGet(
                () -> new JsonObject(Map.of("static", instance.vendorData().orElse(NOTHING)), 0));
    return Document.json(new PythonJson().value(document));
  }

  private static Optional<JsonValue> staticPart(Instance instance) {
    return instance
        .vendorData2()
        .flatMap(
            value ->
                value instanceof JsonObject object
                    ? Optional.ofNullable(object.members().get("static"))
                    : Optional.empty())
        .filter(value -> !(value instanceof JsonNull));
  }
}
