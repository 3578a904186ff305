package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.TextReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an instance record; every fault is named, and a record with a fault is no record. */
public final class InstanceReader {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final String UUID_FORM = "a UUID such as 5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";

  /** With no other key than these a record says who asks and has no documents. */
  private static final Set<String> IDENTITY =
      Set.of("uuid", "project_id", "ports", "budget", "policy");

  /** The longest label of a domain name. */
  private static final int MAX_LABEL = 63;

  private InstanceReader() {}

  /** The instance, or empty with the reasons among the faults. */
  public static Optional<Instance> read(byte[] text, Faults faults) {
    if (isBlank(text)) {
      // As whoever writes in place leaves it for a moment; more is to be said of what has words.
      faults.add(0, "malformed: empty (expected: an instance record)");
      return Optional.empty();
    }
    return TextReader.read(text, faults)
        .flatMap(value -> Fields.of(value, "", faults))
        .flatMap(InstanceReader::instance);
  }

  private static boolean isBlank(byte[] text) {
    for (byte b : text) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  private static Optional<Instance> instance(Fields fields) {
    Optional<String> uuid = fields.requiredParsed("uuid", UUID_FORM, InstanceReader::uuid);
    List<Port> ports = fields.objects("ports", PortReader::port);
    Optional<JsonValue> given = fields.value("ports");
    if (given.isEmpty() || given.get() instanceof JsonArray list && list.items().isEmpty()) {
      fields.faults().add(fields.line(), "ports: none (expected: at least one port with a mac)");
    }
    refuseRepeatedPorts(ports, fields);
    String id = uuid.orElse("");
    Optional<String> displayName = fields.string("name");
    Optional<String> hostname = fields.string("hostname");
    List<Integer> cpus = new ArrayList<>(fields.integers("dedicated_cpus", 0, 1 << 20));
    cpus.sort(null);
    Instance instance =
        new Instance(
            id,
            fields.string("project_id"),
            IDENTITY.containsAll(fields.names()),
            displayName.or(() -> hostname).orElse("Server " + id),
            hostname.orElseGet(() -> hostnameOf(displayName.orElse(""), id)),
            fields.integer("launch_index", 0, Integer.MAX_VALUE).orElse(0),
            fields.string("availability_zone"),
            fields.stringMap("meta"),
            fields.objects("keys", InstanceReader::keyPair),
            fields.parsed("user_data", UserData.FORM, UserData::decode),
            fields.value("vendor_data"),
            fields.value("vendor_data2"),
            fields.objects("devices", DeviceReader::device),
            List.copyOf(cpus),
            Ec2Reader.read(fields.object("ec2"), id),
            ports,
            fields.object("budget").map(InstanceReader::budget).orElse(Budget.UNSAID),
            fields.object("policy").map(InstanceReader::policy).orElse(Policy.UNSAID));
    fields.finish();
    return fields.faults().isEmpty() ? Optional.of(instance) : Optional.empty();
  }

  private static Budget budget(Fields fields) {
    Budget budget = Budget.read(fields);
    fields.finish();
    return budget;
  }

  private static Policy policy(Fields fields) {
    Policy policy = Policy.read(fields);
    fields.finish();
    return policy;
  }

  private static String uuid(String text) {
    if (!UUID.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static Optional<KeyPair> keyPair(Fields fields) {
    Optional<String> name = fields.requiredString("name", "the key pair's name");
    Optional<String> data = fields.requiredString("data", "the public key's text");
    Optional<String> type =
        fields.parsed("type", "ssh or x509", text -> Words.oneOf(text, "ssh", "x509"));
    fields.finish();
    return name.isPresent() && data.isPresent()
        ? Optional.of(new KeyPair(name.get(), type.orElse("ssh"), data.get()))
        : Optional.empty();
  }

  private static void refuseRepeatedPorts(List<Port> ports, Fields fields) {
    Set<Object> seen = new HashSet<>();
    for (Port port : ports) {
      boolean repeated = !seen.add(List.of(port.tap(), port.networkId(), port.mac()));
      repeated |= port.id().isPresent() && !seen.add(port.id().get());
      if (repeated) {
        int line = fields.raw("ports").map(JsonValue::line).orElse(fields.line());
        fields
            .faults()
            .add(line, "ports: " + port.mac() + " given twice (expected: each port once)");
      }
    }
  }

  /** Nova's way from a display name to a host name. */
  private static String hostnameOf(String displayName, String uuid) {
    String name =
        displayName
            .toLowerCase(Locale.ROOT)
            .replaceAll("[ _.]", "-")
            .replaceAll("[^a-z0-9-]", "")
            .replaceAll("^-+|-+$", "");
    String label = name.substring(0, Math.min(name.length(), MAX_LABEL)).replaceAll("-+$", "");
    return label.isEmpty() ? "server-" + uuid : label;
  }
}
