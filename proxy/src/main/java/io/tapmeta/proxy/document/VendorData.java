package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * What cloud-init would take from both documents: a text or a list of them, as the root or as the
   * root's member {@code cloud-init}.
   */
  static List<String> cloudInitParts(Instance instance) {
    List<String> parts = new ArrayList<>();
    instance.vendorData().ifPresent(value -> addParts(value, parts));
    instance.vendorData2().ifPresent(value -> addParts(value, parts));
    return parts;
  }

  private static void addParts(JsonValue value, List<String> parts) {
    switch (value) {
      case JsonString string -> parts.add(string.value());
      case JsonArray array -> array.items().forEach(item -> addParts(item, parts));
      case JsonObject object -> {
        JsonValue nested = object.members().get("cloud-init");
        if (nested != null && !(nested instanceof JsonObject)) {
          addParts(nested, parts);
        }
      }
      default -> {
        // Nothing that cloud-init would take.
      }
    }
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
