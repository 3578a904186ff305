package io.tapmeta.proxy.audit;

import java.time.Instant;

/**
 * One line of the audit log. Nothing in it is text of the guest's: what it asked for is named by
 * class, what it sent is not kept. What is not known is empty, and not written.
 *
 * @param instance the uuid of the record that the sender's port belongs to
 * @param attachment where it came in
 * @param mac of the sender's SYN
 * @param source its address
 * @param method one of those that make a difference, or {@code OTHER}
 * @param path the tree, and which kind of document
 * @param denied true where somebody was refused what he wanted, and not only missed it
 * @param outcome the word that metrics have for it
 * @param status of the answer; 0 where there was none
 * @param token what it showed of a session token, or that tokens are off
 * @param suppressed further lines of the same VM, next to this one, that were left out
 */
public record AuditLine(
    Instant time,
    String instance,
    String attachment,
    String mac,
    String source,
    String method,
    String path,
    boolean denied,
    String outcome,
    int status,
    String token,
    long suppressed) {
  private static final String HEX = "0123456789abcdef";

  /** The same, for so many others of its VM as well. */
  public AuditLine alsoFor(long others) {
    return others == 0
        ? this
        : new AuditLine(
            time,
            instance,
            attachment,
            mac,
            source,
            method,
            path,
            denied,
            outcome,
            status,
            token,
            others);
  }

  /** Appends it as JSON, in ASCII, with its line's end. */
  void appendTo(StringBuilder out) {
    out.append('{');
    member(out, "time", time.toString());
    member(out, "instance", instance);
    member(out, "attachment", attachment);
    member(out, "mac", mac);
    member(out, "source", source);
    member(out, "method", method);
    member(out, "path", path);
    name(out, "denied").append(denied);
    member(out, "outcome", outcome);
    if (status != 0) {
      name(out, "status").append(status);
    }
    member(out, "token", token);
    if (suppressed != 0) {
      name(out, "suppressed").append(suppressed);
    }
    out.append("}\n");
  }

  private static void member(StringBuilder out, String name, String value) {
    if (!value.isEmpty()) {
      quote(name(out, name), value);
    }
  }

  private static StringBuilder name(StringBuilder out, String name) {
    if (out.charAt(out.length() - 1) != '{') {
      out.append(',');
    }
    return out.append('"').append(name).append("\":");
  }

  /** Everything that a terminal or a reader of lines could take for something else is escaped. */
  private static void quote(StringBuilder out, String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        out.append(c);
      } else {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(HEX.charAt(c >> shift & 0xf));
        }
      }
    }
    out.append('"');
  }
}
