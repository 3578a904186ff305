package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.ingress.MacAddress;
import java.util.List;
import java.util.Optional;

/** A device that {@code meta_data.json} shows to its guest so that it can tell it from the others. */
public sealed interface Device {
  /** {@code pci}, {@code usb}, {@code scsi}, {@code ide}, {@code xen} or {@code none}. */
  String bus();

  /** The address on that bus, or {@code none}. */
  String address();

  /** A network interface. */
  record Nic(
      MacAddress mac,
      String bus,
      String address,
      List<String> tags,
      Optional<Integer> vlan,
      boolean vfTrusted)
      implements Device {}

  /**
   * A disk.
   *
   * @param serialIsNull true where the record gives a serial of {@code null}, which guests are shown
   */
  record Disk(
      Optional<String> serial,
      boolean serialIsNull,
      Optional<String> path,
      String bus,
      String address,
      List<String> tags)
      implements Device {}

  /** A file share. */
  record Share(String shareId, String tag, String bus, String address) implements Device {}
}
