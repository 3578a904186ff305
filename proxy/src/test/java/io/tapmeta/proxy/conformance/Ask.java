package io.tapmeta.proxy.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request.
 *
 * @param headers whole lines; a Host and a length come with it where they do not say otherwise
 * @param body empty: none at all, which is not one of length 0
 */
record Ask(
    String method, String target, List<String> headers, Optional<byte[]> body, Sending sending) {
  private static final int CHUNK = 100;
  private static final byte[] CRLF = {'\r', '\n'};

  /** How its bytes go out. */
  enum Sending {
    /** At once, of known length. */
    WHOLE,
    /** At once, the body in chunks. */
    CHUNKED,
    /** One by one. */
    BYTEWISE
  }

  static Ask get(String target) {
    return new Ask("GET", target, List.of(), Optional.empty(), Sending.WHOLE);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /** The pieces in which it goes out. */
  List<byte[]> pieces() {
    byte[] whole = bytes();
    if (sending != Sending.BYTEWISE) {
      return List.of(whole);
    }
    byte[][] single = new byte[whole.length][];
    for (int i = 0; i < whole.length; i++) {
      single[i] = new byte[] {whole[i]};
    }
    return Arrays.asList(single);
  }

  private byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    line(out, method + " " + target + " HTTP/1.1");
    if (lacks("Host")) {
      line(out, "Host: 169.254.169.254");
    }
    headers.forEach(header -> line(out, header));
    if (sending == Sending.CHUNKED) {
      line(out, "Transfer-Encoding: chunked");
    } else if (body.isPresent() && lacks("Content-Length")) {
      line(out, "Content-Length: " + body.get().length);
    }
    line(out, "");
    body.ifPresent(sent -> writeBody(out, sent));
    return out.toByteArray();
  }

  private void writeBody(ByteArrayOutputStream out, byte[] sent) {
    if (sending != Sending.CHUNKED) {
      out.writeBytes(sent);
      return;
    }
    for (int from = 0; from < sent.length; from += CHUNK) {
      int length = Math.min(CHUNK, sent.length - from);
      line(out, Integer.toHexString(length));
      out.write(sent, from, length);
      out.writeBytes(CRLF);
    }
    line(out, "0");
    line(out, "");
  }

  private boolean lacks(String name) {
    return headers.stream()
        .noneMatch(header -> header.regionMatches(true, 0, name + ":", 0, name.length() + 1));
  }

  private static void line(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(CRLF);
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
