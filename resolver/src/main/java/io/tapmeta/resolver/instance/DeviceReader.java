package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Device.Disk;
import io.tapmeta.resolver.instance.Device.Nic;
import io.tapmeta.resolver.instance.Device.Share;
import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import java.util.List;
import java.util.Optional;

/** Reads the devices of a record. */
final class DeviceReader {
  private static final String[] BUSES = {"pci", "usb", "scsi", "ide", "xen", "none"};
  private static final int MAX_VLAN = 4094;

  private DeviceReader() {}

  static Optional<Device> device(Fields fields) {
    Optional<String> type =
        fields.requiredParsed(
            "type", "nic, disk or share", text -> Words.oneOf(text, "nic", "disk", "share"));
    if (type.isEmpty()) {
      return Optional.empty();
    }
    Optional<? extends Device> device =
        switch (type.get()) {
          case "nic" -> nic(fields);
          case "disk" -> disk(fields);
          default -> share(fields);
        };
    fields.finish();
    return device.map(made -> made);
  }

  private static Optional<Nic> nic(Fields fields) {
    Optional<MacAddress> mac = fields.requiredParsed("mac", MacAddress.FORM, MacAddress::parse);
    String bus = bus(fields);
    String address = address(fields);
    List<String> tags = fields.strings("tags");
    Optional<Integer> vlan = fields.integer("vlan", 0, MAX_VLAN);
    boolean trusted = fields.bool("vf_trusted").orElse(false);
    return mac.map(known -> new Nic(known, bus, address, tags, vlan, trusted));
  }

  private static Optional<Disk> disk(Fields fields) {
    return Optional.of(
        new Disk(
            fields.string("serial"),
            fields.raw("serial").orElse(null) instanceof JsonNull,
            fields.string("path"),
            bus(fields),
            address(fields),
            fields.strings("tags")));
  }

  private static Optional<Share> share(Fields fields) {
    Optional<String> id = fields.requiredString("share_id", "the share's id");
    Optional<String> tag = fields.requiredString("tag", "the tag to mount it by");
    String bus = bus(fields);
    String address = address(fields);
    return id.flatMap(known -> tag.map(text -> new Share(known, text, bus, address)));
  }

  private static String bus(Fields fields) {
    return fields
        .parsed("bus", String.join(", ", BUSES), text -> Words.oneOf(text, BUSES))
        .orElse("none");
  }

  private static String address(Fields fields) {
    return fields.string("address").orElse("none");
  }
}
