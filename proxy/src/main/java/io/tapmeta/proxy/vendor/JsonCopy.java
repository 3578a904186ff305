package io.tapmeta.proxy.vendor;

import io.tapmeta.proxy.document.PythonJson;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a JSON text anew in Nova's byte layout, token by token: a tree of a text that somebody else
 * made could take many times its size.
 */
final class JsonCopy {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private JsonCopy() {}

  /**
   * The text anew.
   *
   * @throws JacksonException where it is not one JSON value
   */
  static String of(byte[] text) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      PythonJson json = new PythonJson();
      int depth = 0;
      do {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw new StreamReadException(parser, "the text ends too early");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        write(parser, token, json);
      } while (depth > 0);
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "the text goes on after its value");
      }
      return json.toString();
    }
  }

  private static void write(JsonParser parser, JsonToken token, PythonJson json) {
    var _ =
        switch (token) {
          case START_OBJECT -> json.beginObject();
          case END_OBJECT -> json.endObject();
          case START_ARRAY -> json.beginArray();
          case END_ARRAY -> json.endArray();
          case PROPERTY_NAME -> json.name(parser.currentName());
          case VALUE_STRING -> json.value(parser.getString());
          case VALUE_NUMBER_INT -> json.rendered(parser.getNumberValue().toString());
          case VALUE_NUMBER_FLOAT -> json.value(new JsonNumber(fraction(parser), 0));
          case VALUE_TRUE -> json.value(true);
          case VALUE_FALSE -> json.value(false);
          case VALUE_NULL -> json.nullValue();
          default -> throw new StreamReadException(parser, "no token of JSON: " + token);
        };
  }

  private static double fraction(JsonParser parser) {
    double number = parser.getDoubleValue();
    if (!Double.isFinite(number)) {
      throw new StreamReadException(parser, "a number too large");
    }
    return number;
  }
}
