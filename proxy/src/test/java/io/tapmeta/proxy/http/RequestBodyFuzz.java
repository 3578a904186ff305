package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tapmeta.proxy.fuzz.Splits;
import io.tapmeta.proxy.http.RequestBody.Progress;
import java.util.Arrays;
import java.util.List;

/** A body in chunks: the same bytes kept and left over, however they come in. */
public final class RequestBodyFuzz {
  private static final int LIMIT = 4096;

  /** How far it came, what was kept and how much was left of what came. */
  private record Outcome(Progress progress, String kept, int left) {}

  private RequestBodyFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Outcome whole = read(List.of(input));
    for (List<byte[]> pieces : Splits.of(input)) {
      Outcome split = read(pieces);
      boolean refused = whole.progress() == Progress.MALFORMED;
      refused |= whole.progress() == Progress.TOO_LARGE;
      hold(
          refused ? split.progress() == whole.progress() : split.equals(whole),
          "a body is the same in pieces",
          input);
    }
  }

  private static Outcome read(List<byte[]> pieces) {
    RequestBody body = new RequestBody(true, 0, LIMIT, LIMIT);
    ByteBuf in = Unpooled.buffer();
    Progress progress = Progress.MORE;
    try {
      for (byte[] piece : pieces) {
        in.writeBytes(piece);
        if (progress == Progress.MORE) {
          progress = body.read(in);
        }
      }
      hold(body.kept().length <= LIMIT, "no more is kept than allowed", body.kept());
      return new Outcome(progress, Arrays.toString(body.kept()), in.readableBytes());
    } finally {
      in.release();
    }
  }
}
