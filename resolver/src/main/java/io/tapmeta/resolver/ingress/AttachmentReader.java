package io.tapmeta.resolver.ingress;

import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.TextReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an attachment file, the whole contract between the wiring and the daemon. */
public final class AttachmentReader {
  /** Linux's IFNAMSIZ less the final NUL, without what a path or a shell would trip over. */
  private static final Pattern INTERFACE = Pattern.compile("[^/\\s\\p{Cntrl}]{1,15}");

  private static final Pattern FILE_NAME = Pattern.compile("[^/\\s\\p{Cntrl}]{1,200}");
  private static final String INTERFACE_FORM = "an interface name of 1 to 15 characters";
  private static final String NAME_FORM = "a name without / and white space";

  private AttachmentReader() {}

  /** The attachment, or empty with the reasons among the faults. */
  public static Optional<Attachment> read(byte[] text, Faults faults) {
    // As whoever does not write by rename leaves it for a moment.
    if (new String(text, StandardCharsets.ISO_8859_1).isBlank()) {
      faults.add(0, "empty (expected: an attachment, as a JSON object)");
      return Optional.empty();
    }
    return TextReader.read(text, faults)
        .flatMap(value -> Fields.of(value, "", faults))
        .flatMap(AttachmentReader::attachment);
  }

  private static Optional<Attachment> attachment(Fields fields) {
    Optional<String> name = fields.requiredParsed("name", NAME_FORM, text -> in(FILE_NAME, text));
    Optional<String> tap = fields.requiredParsed("tap", NAME_FORM, text -> in(FILE_NAME, text));
    Optional<Mode> mode =
        fields.requiredParsed("mode", "netns, shared or adopt", AttachmentReader::mode);
    Optional<String> netns = fields.parsed("netns", NAME_FORM, text -> in(FILE_NAME, text));
    Optional<String> device =
        fields.requiredParsed("interface", INTERFACE_FORM, text -> in(INTERFACE, text));
    Optional<String> network = fields.string("network_id");
    List<MacAddress> macs = fields.parsedList("macs", MacAddress.FORM, MacAddress::parse);
    fields.finish();
    boolean nameless = fields.value("netns").isEmpty();
    if (mode.isPresent() && mode.get() != Mode.SHARED && nameless) {
      fields
          .faults()
          .add(
              fields.line(),
              "netns: missing (expected: a namespace's name in mode " + mode.get().word() + ")");
    }
    return fields.faults().isEmpty()
        ? Optional.of(
            new Attachment(
                name.orElseThrow(),
                tap.orElseThrow(),
                mode.orElseThrow(),
                netns,
                device.orElseThrow(),
                network,
                Set.copyOf(macs)))
        : Optional.empty();
  }

  private static String in(Pattern form, String text) {
    if (!form.matcher(text).matches() || text.startsWith(".")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static Mode mode(String text) {
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.word().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }
}
