package io.tapmeta.proxy.document;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import java.nio.charset.StandardCharsets;

/** A guest's condition: it never breaks the reader, and only naming the tag meets it. */
public final class EntityTagFuzz {
  private static final String TAG = EntityTag.of(new byte[] {42});

  private EntityTagFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    // Where the guest has got hold of the tag, the fuzzer has too.
    String condition = new String(input, StandardCharsets.ISO_8859_1).replace("TAG", TAG);
    boolean matches = EntityTag.matches(condition, TAG);
    hold(
        !matches || condition.contains(TAG) || condition.contains("*"),
        "only the tag or an asterisk matches",
        input);
    hold(!EntityTag.matches(condition, ""), "what has no tag matches nothing", input);
    hold(
        EntityTag.matches(condition + ", \"x\"", TAG) == matches
            && EntityTag.matches("W/\"x\" ," + condition, TAG) == matches,
        "further tags change nothing",
        input);
  }
}
