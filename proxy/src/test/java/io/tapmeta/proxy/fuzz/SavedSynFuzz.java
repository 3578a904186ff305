package io.tapmeta.proxy.fuzz;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.ingress.SavedSyn;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The frame that says who asks: its own six bytes or nothing. */
public final class SavedSynFuzz {
  private SavedSynFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer frame = ByteBuffer.wrap(input);
    Optional<MacAddress> mac = SavedSyn.sourceMac(frame);
    hold(frame.position() == 0, "the frame stays as it is", input);
    if (mac.isPresent()) {
      hold(input.length >= 14, "no less than an Ethernet header", input);
      String expected = HexFormat.ofDelimiter(":").formatHex(Arrays.copyOfRange(input, 6, 12));
      hold(mac.get().toString().equals(expected), "the source's bytes", input);
      hold(MacAddress.parse(expected).equals(mac.get()), "printed and read the same", input);
    }
  }
}
