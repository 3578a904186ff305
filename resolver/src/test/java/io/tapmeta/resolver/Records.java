package io.tapmeta.resolver;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records and ingresses in few words. */
final class Records {
  private final List<String> ports = new ArrayList<>();
  private final String origin;
  private long revision = 1;

  private Records(String origin) {
    this.origin = origin;
  }

  static Records record(String origin) {
    return new Records(origin);
  }

  /** A port with what is not null of tap and network. */
  Records port(String mac, @Nullable String tap, @Nullable String network) {
    ports.add(
        "{\"mac\": \"%s\", \"tap\": %s, \"network_id\": %s}"
            .formatted(mac, quoted(tap), quoted(network)));
    return this;
  }

  Records revision(long number) {
    revision = number;
    return this;
  }

  InstanceRecord make() {
    String text =
        "{\"uuid\": \"5f0c1c1e-7d0a-4c59-9a86-%012x\", \"name\": \"%s\", \"ports\": %s}"
            .formatted(origin.hashCode() & 0xffff_ffffL, origin, ports);
    Faults faults = new Faults(origin);
    Instance instance =
        InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)
            .orElseThrow(() -> new AssertionError(faults.list()));
    return new InstanceRecord(instance, revision, origin);
  }

  static Ingress netns(String tap, String mac) {
    return ingress(Mode.NETNS, tap, null, mac);
  }

  static Ingress ingress(
      Mode mode, String tap, @Nullable String network, String mac, String... pins) {
    Set<MacAddress> macs = Arrays.stream(pins).map(MacAddress::parse).collect(Collectors.toSet());
    return new Ingress(
        new Attachment(
            tap, tap, mode, Optional.of("ns"), "md0", Optional.ofNullable(network), macs),
        MacAddress.parse(mac));
  }

  private static String quoted(@Nullable String text) {
    return text == null ? "null" : '"' + text + '"';
  }
}
