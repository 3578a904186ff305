package io.tapmeta.proxy.document;

import io.tapmeta.proxy.document.Ec2Node.Directory;
import io.tapmeta.proxy.document.Ec2Node.Leaf;
import io.tapmeta.resolver.instance.Ec2;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.IpAddress;
import io.tapmeta.resolver.instance.KeyPair;
import io.tapmeta.resolver.instance.Subnet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The EC2 tree, at the root and once more below {@code /ec2}. */
final class Ec2Tree {
  private static final Document VERSIONS = Document.text(Ec2Version.list());
  private static final List<String> PREFIXES = List.of("", "/ec2");

  /** Every name below meta-data that does not depend on the record. */
  private static final List<String> NAMES =
      List.of(
          "",
          "/ami-id",
          "/ami-launch-index",
          "/ami-manifest-path",
          "/block-device-mapping",
          "/hostname",
          "/instance-action",
          "/instance-id",
          "/instance-type",
          "/kernel-id",
          "/local-hostname",
          "/local-ipv4",
          "/placement",
          "/placement/availability-zone",
          "/public-hostname",
          "/public-ipv4",
          "/public-keys",
          "/public-keys/0",
          "/public-keys/0/openssh-key",
          "/ramdisk-id",
          "/reservation-id",
          "/security-groups");

  private static final String NONE = "None";

  private Ec2Tree() {}

  static void routes(Consumer<Route> table) {
    for (String prefix : PREFIXES) {
      String root = prefix.isEmpty() ? "/" : prefix;
      table.accept(Route.document(Api.EC2, root, _ -> VERSIONS));
      for (Ec2Version version : Ec2Version.values()) {
        String base = prefix + "/" + version.date();
        table.accept(route(base, version, ""));
        table.accept(route(base + "/user-data", version, "/user-data"));
        // Exactly 404, whoever else might answer: what clients take for "no session tokens here".
        table.accept(Route.document(Api.EC2, base + "/api/token", (_, _) -> Optional.empty()));
        for (String name : NAMES) {
          table.accept(route(base + "/meta-data" + name, version, "/meta-data" + name));
        }
      }
    }
  }

  /** The route of a path that some record may have: other keys, block devices. */
  static Optional<Route> unlisted(String path) {
    String below = path.startsWith("/ec2/") ? path.substring("/ec2".length()) : path;
    for (Ec2Version version : Ec2Version.values()) {
      String base = "/" + version.date() + "/";
      if (below.startsWith(base)) {
        String rest = below.substring(base.length());
        return Optional.of(
            Route.unlisted(
                Api.EC2,
                path,
                (instance, requester) ->
                    tree(instance, version, requester).find(rest).map(Ec2Node::document)));
      }
    }
    return Optional.empty();
  }

  private static Route route(String path, Ec2Version version, String below) {
    return Route.document(
        Api.EC2,
        path,
        (instance, requester) ->
            tree(instance, version, requester).find(below).map(Ec2Node::document));
  }

  private static Directory tree(Instance instance, Ec2Version version, Requester requester) {
    Directory root = Directory.empty().node("meta-data", metaData(instance, version, requester));
    instance.userData().ifPresent(data -> root.node("user-data", new Leaf(data.bytes(), true)));
    return root;
  }

  private static Directory metaData(Instance instance, Ec2Version version, Requester requester) {
    Ec2 ec2 = instance.ec2();
    Directory data =
        Directory.empty()
            .leaf("ami-id", ec2.amiId().orElse(NONE))
            .leaf("ami-launch-index", Integer.toString(instance.launchIndex()))
            .leaf("ami-manifest-path", "FIXME")
            .leaf("hostname", instance.hostname())
            .leaf("instance-id", ec2.instanceId())
            .node("local-ipv4", localIpv4(instance, requester))
            .leaf("reservation-id", ec2.reservationId())
            .leaf("security-groups", String.join("\n", ec2.securityGroups()));
    if (!instance.keys().isEmpty()) {
      data.node("public-keys", publicKeys(instance.keys()));
    }
    if (version.has(Ec2Version.V2007_01_19)) {
      data.leaf("local-hostname", instance.hostname());
      data.leaf("public-hostname", instance.hostname());
      data.leaf("public-ipv4", firstFloatingIp(instance));
    }
    if (version.has(Ec2Version.V2007_08_29)) {
      data.leaf("instance-type", ec2.instanceType());
    }
    if (version.has(Ec2Version.V2007_12_15)) {
      data.node("block-device-mapping", Directory.empty().leaves(ec2.blockDeviceMapping()));
      data.leaf("kernel-id", ec2.kernelId());
      data.leaf("ramdisk-id", ec2.ramdiskId());
    }
    if (version.has(Ec2Version.V2008_02_01)) {
      data.node(
          "placement",
          Directory.empty().leaf("availability-zone", instance.availabilityZone().orElse(NONE)));
    }
    if (version.has(Ec2Version.V2008_09_01)) {
      data.leaf("instance-action", "none");
    }
    return data;
  }

  private static Directory publicKeys(List<KeyPair> keys) {
    Directory directory = Directory.empty();
    for (int i = 0; i < keys.size(); i++) {
      String index = Integer.toString(i);
      directory.node(
          index,
          Directory.titled(index + "=" + keys.get(i).name())
              .leaf("openssh-key", keys.get(i).data()));
    }
    return directory;
  }

  private static Leaf localIpv4(Instance instance, Requester requester) {
    Optional<String> fixed =
        instance.ports().stream()
            .flatMap(port -> port.subnets().stream())
            .map(Subnet::ipAddress)
            .flatMap(Optional::stream)
            .filter(address -> !address.isV6())
            .map(IpAddress::text)
            .findFirst();
    String text = fixed.orElseGet(requester::address);
    return new Leaf(text.getBytes(StandardCharsets.UTF_8), fixed.isPresent());
  }

  private static String firstFloatingIp(Instance instance) {
    return instance.ports().stream()
        .flatMap(port -> port.floatingIps().stream())
        .map(IpAddress::text)
        .findFirst()
        .orElse("");
  }
}
