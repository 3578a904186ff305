package io.tapmeta.proxy.fuzz;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.AttachmentReader;

/** Attachment files: no name in them leads out of a directory. */
public final class AttachmentFuzz {
  private AttachmentFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Loading.of(input, AttachmentReader::read).ifPresent(attachment -> check(attachment, input));
  }

  private static void check(Attachment attachment, byte[] input) {
    hold(isName(attachment.name()) && isName(attachment.tap()), "a name is a name", input);
    hold(attachment.netns().filter(name -> !isName(name)).isEmpty(), "so is a netns", input);
    hold(
        isName(attachment.interfaceName()) && attachment.interfaceName().length() < 16,
        "so is an interface",
        input);
  }

  private static boolean isName(String text) {
    boolean plain = text.chars().noneMatch(c -> c <= ' ' || c == '/' || c == 0x7f);
    return plain && !text.isEmpty() && !text.startsWith(".");
  }
}
