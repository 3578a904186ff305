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

/**
 * {@code vendor_data.json} and {@code vendor_data2.json}: the record's, each standing in for a
 * missing other, and where the record has neither the node's own document.
 *
 * <p>{@code node} is that document, empty where the node has none.
 */
public final class VendorData {
  private static final JsonValue NOTHING = new JsonObject(Map.of(), 0);
  private static final String STATIC = "static";

  private VendorData() {}

  static Document first(Instance instance, Optional<JsonValue> node) {
    return Document.json(new PythonJson().value(staticDocument(instance, node)));
  }

  static Document second(Instance instance, Optional<JsonValue> node) {
    return Document.json(new PythonJson().value(secondValue(instance, node)));
  }

  /**
   * {@code vendor_data2.json} with what others add to it, in their order.
   *
   * @param more members by name, each written by {@link PythonJson}, all of them {@linkplain
   *     #takes taken}
   */
  public static EncodedAnswer second(
      Instance instance, Optional<JsonValue> node, Map<String, String> more) {
    PythonJson json = new PythonJson().beginObject();
    if (secondValue(instance, node) instanceof JsonObject object) {
      object.members().forEach((name, value) -> json.name(name).value(value));
    }
    more.forEach((name, value) -> json.name(name).rendered(value));
    return EncodedAnswer.ok(Document.json(json.endObject()));
  }

  /** True where a member of that name can be added to the instance's {@code vendor_data2.json}. */
  public static boolean takes(Instance instance, String name) {
    return instance
        .vendorData2()
        .map(own -> own instanceof JsonObject object && !object.members().containsKey(name))
        .orElse(!name.equals(STATIC));
  }

  /**
   * What cloud-init would take from both documents: a text or a list of them, as the root or as the
   * root's member {@code cloud-init}.
   */
  static List<String> cloudInitParts(Instance instance, Optional<JsonValue> node) {
    List<String> parts = new ArrayList<>();
    addParts(staticDocument(instance, node), parts);
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

  private static JsonValue staticDocument(Instance instance, Optional<JsonValue> node) {
    return instance.vendorData().or(() -> staticPart(instance)).or(() -> node).orElse(NOTHING);
  }

  private static JsonValue secondValue(Instance instance, Optional<JsonValue> node) {
    return instance
        .vendorData2()
        .orElseGet(() -> new JsonObject(Map.of(STATIC, staticDocument(instance, node)), 0));
  }

  private static Optional<JsonValue> staticPart(Instance instance) {
    return instance
        .vendorData2()
        .flatMap(
            value ->
                value instanceof JsonObject object
                    ? Optional.ofNullable(object.members().get(STATIC))
                    : Optional.empty())
        .filter(value -> !(value instanceof JsonNull));
  }
}
