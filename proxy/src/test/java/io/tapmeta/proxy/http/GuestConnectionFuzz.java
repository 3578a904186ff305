package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.tapmeta.proxy.fuzz.Splits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/**
 * A whole connection, from the bytes of its guest to those of the answers: the same answers however
 * the bytes come in, and none of what the guest sent in what it gets.
 */
public final class GuestConnectionFuzz {
  private GuestConnectionFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    if (text.contains("assword")) {
      // The store keeps what one run has set.
      return;
    }
    List<Integer> whole = statuses(List.of(input), input);
    for (List<byte[]> pieces : Splits.of(input)) {
      List<Integer> split = statuses(pieces, input);
      hold(split.equals(whole), "the same answers in pieces: " + whole + ", " + split, input);
    }
  }

  private static List<Integer> statuses(List<byte[]> pieces, byte[] input) {
    // One node a connection: what one has used up of a budget is not another's loss.
    try (GuestNode node = GuestNode.serving(Directory.PATH)) {
      GuestChannel guest = node.guest();
      StringBuilder answers = new StringBuilder();
      for (byte[] piece : pieces) {
        if (guest.isOpen()) {
          answers.append(guest.sendBytes(piece));
        }
      }
      if (guest.isOpen()) {
        // What is wrong with a head may be seen before its end or only there; here is one.
        answers.append(guest.send("\r\n\r\n"));
      }
      guest.channel().checkException();
      String text = answers.toString();
      hold(!text.contains("Exception"), "no internals in an answer", input);
      return GuestChannel.responses(bodiless(text)).stream().map(GuestChannel::status).toList();
    }
  }

  /** Without the lengths of answers to HEAD and 304s, which have no body to be read by them. */
  private static String bodiless(String text) {
    StringBuilder heads = new StringBuilder();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf("\r\n\r\n", from) + 4;
      if (end < 4 || !text.startsWith("HTTP/1.1 ", from)) {
        break;
      }
      String head = text.substring(from, end);
      heads.append(head.replaceAll("Content-Length: \\d+", "Content-Length: 0"));
      int next = end + length(head);
      from = text.startsWith("HTTP/1.1 ", end) ? end : next;
    }
    return heads.toString();
  }

  private static int length(String head) {
    String digits = head.replaceAll("(?s).*\r\nContent-Length: (\\d+)\r\n.*|.*", "$1");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  /** Made once, where the first input needs it. */
  private static final class Directory {
    static final java.nio.file.Path PATH = make();

    private static java.nio.file.Path make() {
      try {
        java.nio.file.Path made = Files.createTempDirectory("tapmeta-fuzz-");
        made.toFile().deleteOnExit();
        return made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
