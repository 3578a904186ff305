package io.tapmeta.resolver.instance;

/**
 * A network: an address and how many of its leading bits count.
 *
 * @param address host bits as the record has them
 * @param prefix 0 to 32, or to 128 for IPv6
 */
public record Cidr(IpAddress address, int prefix) {
  /** What a message says was expected where a network belongs. */
  public static final String FORM = "a network such as 10.0.0.0/24 or fd00::/64";

  /** {@code ADDRESS/PREFIX}. */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9]\\d{0,2}")) {
      throw new IllegalArgumentException(text + " (expected: " + FORM + ")");
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    int prefix = Integer.parseInt(text.substring(slash + 1));
    if (prefix > address.bytes().length * 8) {
      throw new IllegalArgumentException(text + " (expected: " + FORM + ")");
    }
    return new Cidr(address, prefix);
  }

  public boolean isV6() {
    return address.isV6();
  }

  /** The network's address, host bits cleared. */
  public String network() {
    byte[] bytes = address.bytes();
    byte[] mask = maskBytes();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= mask[i];
    }
    return IpText.of(bytes);
  }

  /** The mask written as an address: {@code 255.255.255.0}, {@code ffff:ffff:ffff:ffff::}. */
  public String netmask() {
    return IpText.of(maskBytes());
  }

  /** True where the address is in the network. */
  public boolean contains(IpAddress other) {
    byte[] here = address.bytes();
    byte[] there = other.bytes();
    byte[] mask = maskBytes();
    boolean same = here.length == there.length;
    for (int i = 0; same && i < here.length; i++) {
      same = ((here[i] ^ there[i]) & mask[i]) == 0;
    }
    return same;
  }

  private byte[] maskBytes() {
    byte[] mask = new byte[address.bytes().length];
    for (int bit = 0; bit < prefix; bit++) {
      mask[bit / 8] |= (byte) (0x80 >> bit % 8);
    }
    return mask;
  }
}
