package io.tapmeta.resolver.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedSynTest {
  private static final MacAddress GUEST = MacAddress.parse("fa:16:3e:5a:01:37");

  /** To 02:00:00:00:00:01, from the guest: a SYN with its options, as Linux keeps it. */
  private static final String V4 =
      "020000000001"
          + "fa163e5a0137"
          + "0800"
          + "4500003cabcd40004006000a0a000005a9fea9fe"
          + "9c4000500000000100000000a002faf000000000020405b40402080a0000000100000000"
          + "01030307";

  private static final String V6 =
      "020000000001"
          + "fa163e5a0137"
          + "86dd"
          + "6000000000280640fe80000000000000f8163efffe5a0137fe8000000000000000000000a9fea9fe"
          + "9c4000500000000100000000a002faf000000000020405a00402080a0000000100000000"
          + "01030307";

  @ParameterizedTest
  @ValueSource(strings = {V4, V6})
  void theSourceMacIsTheFrames(String frame) {
    assertThat(SavedSyn.sourceMac(frame(frame))).contains(GUEST);
  }

  @Test
  void theSourceAddressIsThePackets() {
    assertThat(SavedSyn.sourceAddress(frame(V6)))
        .contains(InetAddress.ofLiteral("fe80::f816:3eff:fe5a:137"));
    assertThat(SavedSyn.sourceAddress(frame(V4)).orElseThrow().getAddress())
        .isEqualTo(Arrays.copyOfRange(HexFormat.of().parseHex(V4), 26, 30));
    assertThat(SavedSyn.sourceAddress(frame(V4.substring(0, 58)))).isEmpty();
    assertThat(SavedSyn.sourceAddress(ByteBuffer.allocate(SavedSyn.MAX_BYTES))).isEmpty();
  }

  @Test
  void aFramePaddedWithZerosIsRead() {
    ByteBuffer padded = ByteBuffer.allocate(SavedSyn.MAX_BYTES);
    padded.put(0, HexFormat.of().parseHex(V4));
    assertThat(SavedSyn.sourceMac(padded)).contains(GUEST);
  }

  @Test
  void theLongestHeadersFit() {
    assertThat(SavedSyn.MAX_BYTES).isGreaterThanOrEqualTo(14 + 60 + 60);
    assertThat(V6.length() / 2).isLessThanOrEqualTo(SavedSyn.MAX_BYTES);
  }

  /** After a handshake by SYN cookie the kernel has no frame and leaves the buffer as it was. */
  @Test
  void untouchedBufferIsNobody() {
    assertThat(SavedSyn.sourceMac(ByteBuffer.allocate(SavedSyn.MAX_BYTES))).isEmpty();
  }

  /** Where TCP_SAVE_SYN is 1, what is kept begins with the IP header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "4500003cabcd40004006000a0a000005a9fea9fe9c400050000000010000000000000000",
        "6000000000280640fe80000000000000f8163efffe5a0137fe8000000000000000000000a9fea9fe9c40"
      })
  void bareIpPacketIsNobody(String packet) {
    assertThat(SavedSyn.sourceMac(frame(packet))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8100", "88a8", "0806", "8847", "0000", "0801", "dd86", "0008"})
  void frameOfAnyOtherTypeIsNobody(String type) {
    assertThat(SavedSyn.sourceMac(frame("020000000001fa163e5a0137" + type + "45".repeat(60))))
        .isEmpty();
  }

  /** The loopback device's frames have no addresses. */
  @Test
  void frameFromTheZeroAddressIsNobody() {
    assertThat(SavedSyn.sourceMac(frame("020000000001" + "000000000000" + "0800" + "45")))
        .isEmpty();
  }

  @Test
  void whatIsShorterThanAnEthernetHeaderIsNobody() {
    byte[] whole = HexFormat.of().parseHex(V4);
    for (int length = 0; length < 14; length++) {
      assertThat(SavedSyn.sourceMac(ByteBuffer.wrap(whole, 0, length))).as("%d", length).isEmpty();
    }
    assertThat(SavedSyn.sourceMac(ByteBuffer.wrap(whole, 0, 14))).contains(GUEST);
  }

  @Test
  void readingLeavesTheBufferWhereItWas() {
    ByteBuffer shifted = ByteBuffer.allocate(200).put(new byte[7]);
    shifted.put(shifted.position(), HexFormat.of().parseHex(V4));
    assertThat(SavedSyn.sourceMac(shifted)).contains(GUEST);
    assertThat(shifted.position()).isEqualTo(7);
    assertThat(shifted.limit()).isEqualTo(200);
  }

  /** The oracle: the six octets at their place, exactly where the two of the type say IP. */
  @Test
  void anyBytesGiveTheirSourceOrNobody() {
    Random random = new Random(7);
    int[] types = {0x0800, 0x86dd, 0x8100, 0x0806, 0x0000};
    int found = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length >= 14 && random.nextInt(4) > 0) {
        int type = types[random.nextInt(types.length)];
        bytes[12] = (byte) (type >> 8);
        bytes[13] = (byte) type;
        if (random.nextInt(8) == 0) {
          java.util.Arrays.fill(bytes, 6, 12, (byte) 0);
        }
      }
      ByteBuffer buffer =
          random.nextBoolean()
              ? ByteBuffer.wrap(bytes)
              : ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
      Optional<MacAddress> expected = expected(bytes);
      assertThat(SavedSyn.sourceMac(buffer)).isEqualTo(expected);
      found += expected.isPresent() ? 1 : 0;
    }
    assertThat(found).isGreaterThan(10_000);
  }

  private static Optional<MacAddress> expected(byte[] bytes) {
    if (bytes.length < 14) {
      return Optional.empty();
    }
    String hex = HexFormat.ofDelimiter(":").formatHex(bytes, 6, 12);
    String type = HexFormat.of().formatHex(bytes, 12, 14);
    return (type.equals("0800") || type.equals("86dd")) && !hex.equals("00:00:00:00:00:00")
        ? Optional.of(MacAddress.parse(hex))
        : Optional.empty();
  }

  private static ByteBuffer frame(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }
}
