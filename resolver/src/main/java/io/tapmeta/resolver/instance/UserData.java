package io.tapmeta.resolver.instance;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** User data: any bytes, handed to the guest as they are. */
public final class UserData {
  /** What a message says was expected. */
  public static final String FORM = "base64 of at most 65 KiB";

  /** Above what Nova takes (65,535 characters of base64), with room for other makers of records. */
  private static final int MAX_BYTES = 65 * 1024;

  private final byte[] bytes;

  private UserData(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Decodes base64; white space between its lines is let through, as Nova's decoder does. */
  public static UserData decode(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(bytes.length + " bytes (expected: " + FORM + ")");
    }
    return new UserData(bytes);
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UserData that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Its length only: user data holds secrets. */
  @Override
  public String toString() {
    return "user data of " + bytes.length + " bytes";
  }
}
