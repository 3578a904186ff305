package io.tapmeta.resolver.instance;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What only the EC2 tree shows. Its ids are integers of one deployment's database and cannot be
 * derived from the uuid, so the record has to give them; what it does not give has a stand-in.
 */
public record Ec2(
    String instanceId,
    Optional<String> amiId,
    Optional<String> kernelId,
    Optional<String> ramdiskId,
    String reservationId,
    String instanceType,
    List<String> securityGroups,
    Map<String, String> blockDeviceMapping) {

  /** Nova's set for an instance whose root device it does not know. */
  static final Map<String, String> UNKNOWN_ROOT_MAPPING =
      Map.of("ami", "sda1", "ephemeral0", "sda2", "root", "/dev/sda1", "swap", "sda3");
}
