package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.text.Fields;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code ec2} part of a record and stands in for what it leaves out. */
final class Ec2Reader {
  private static final String RESERVATION_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RESERVATION_LENGTH = 8;

  private Ec2Reader() {}

  static Ec2 read(Optional<Fields> fields, String uuid) {
    // CirrOS asks again for 40 s unless the id begins with "i-".
    String instanceId = "i-" + uuid.substring(0, Math.min(8, uuid.length()));
    if (fields.isEmpty()) {
      return new Ec2(
          instanceId,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          reservationId(uuid),
          "",
          List.of(),
          Ec2.UNKNOWN_ROOT_MAPPING);
    }
    Fields given = fields.get();
    Map<String, String> mapping =
        given.value("block_device_mapping").isPresent()
            ? given.stringMap("block_device_mapping")
            : Ec2.UNKNOWN_ROOT_MAPPING;
    Ec2 ec2 =
        new Ec2(
            given.string("instance_id").orElse(instanceId),
            given.string("ami_id"),
            given.string("kernel_id"),
            given.string("ramdisk_id"),
            given.string("reservation_id").orElseGet(() -> reservationId(uuid)),
            given.string("instance_type").orElse(""),
            given.strings("security_groups"),
            mapping);
    given.finish();
    return ec2;
  }

  /** Nova draws its reservation ids; this one must be the same after every restart. */
  private static String reservationId(String uuid) {
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(uuid.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    StringBuilder id = new StringBuilder("r-");
    for (int i = 0; i < RESERVATION_LENGTH; i++) {
      id.append(RESERVATION_ALPHABET.charAt((digest[i] & 0xff) % RESERVATION_ALPHABET.length()));
    }
    return id.toString();
  }
}
