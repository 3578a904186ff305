package io.tapmeta.proxy.conformance;

import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads one entry of a section: a row, or one for each version and each path that it names. */
final class RowReader {
  private static final String VERSION = "VERSION";
  private static final String TEXT = "text/plain; charset=UTF-8";

  private static final Map<String, String> TYPES =
      Map.of("text", TEXT, "json", "application/json", "html", "text/html; charset=UTF-8");

  private final Fields fields;
  private final String record;
  private final Versions versions;

  RowReader(Fields fields, String record, Versions versions) {
    this.fields = fields;
    this.record = record;
    this.versions = versions;
  }

  Optional<List<Row>> rows() {
    Optional<String> see = fields.requiredString("see", "a place in the contract");
    Optional<String> what = fields.string("what");
    String asking = fields.string("record").orElse(record);
    List<String> each =
        fields
            .parsed("each", "openstack, ec2, or either from or before one", text -> text)
            .map(versions::select)
            .orElse(List.of(""));
    // For whoever compares with Nova itself: why it differs, and since which release it does not.
    fields.string("nova");
    fields.integer("since", 1, Integer.MAX_VALUE);
    List<Row> rows = new ArrayList<>();
    for (String version : each) {
      Expected expected = expected(version);
      for (String line : lines()) {
        Ask ask = ask(line.replace(VERSION, version));
        rows.add(new Row(see.orElse(""), what, asking, ask, expected, fields.line()));
      }
    }
    fields.finish();
    return Optional.of(rows);
  }

  private List<String> lines() {
    return fields.value("ask").filter(JsonString.class::isInstance).isPresent()
        ? fields.string("ask").stream().toList()
        : fields.strings("ask");
  }

  private Ask ask(String line) {
    int space = line.indexOf(' ');
    Optional<byte[]> body =
        fields
            .string("send")
            .map(Filler::bytes)
            .or(
                () ->
                    fields
                        .parsed("send_base64", "base64", text -> text)
                        .map(Base64.getDecoder()::decode));
    return new Ask(
        space < 0 ? "GET" : line.substring(0, space),
        line.substring(space + 1),
        fields.strings("with"),
        body,
        fields
            .string("sending")
            .map(word -> Ask.Sending.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(Ask.Sending.WHOLE));
  }

  private Expected expected(String version) {
    int status = fields.integer("status", 100, 599).orElse(200);
    Optional<String> like = fields.string("like").map(path -> path.replace(VERSION, version));
    Optional<String> type = fields.string("type").map(word -> TYPES.getOrDefault(word, word));
    return new Expected(
        like,
        status,
        type.or(() -> status >= 400 ? Optional.of(TEXT) : Optional.empty()),
        body(version),
        fields
            .integer("length", 0, Integer.MAX_VALUE)
            .map(OptionalInt::of)
            .orElse(OptionalInt.empty()),
        fields.string("sha256"),
        fields.string("matches").map(regex -> Pattern.compile(regex, Pattern.DOTALL)),
        fields.stringMap("headers"),
        fields.string("again").map(word -> Expected.Again.valueOf(word.toUpperCase(Locale.ROOT))));
  }

  private Optional<byte[]> body(String version) {
    return fields.has("lines")
        ? Optional.of(Filler.bytes(String.join("\n", fields.strings("lines"))))
        : fields.string("body").map(text -> Filler.bytes(text.replace(VERSION, version)));
  }
}
