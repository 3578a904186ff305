package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.CloudInit;
import io.tapmeta.proxy.scenario.kit.CloudInit.Boot;
import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.MetricsPage;
import io.tapmeta.proxy.scenario.kit.Run;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Debian's cloud-init where it knows neither OpenStack nor a drive: its EC2 and NoCloud sources,
 * each asking for exactly what it always asks for, and getting it at once.
 *
 * <p>The images are beside the one of {@link CloudInitIT}, and made like it.
 */
@Scenario
@Tag("cloud-init")
final class CloudInitSourcesIT {

  private static final String URL = "http://169.254.169.254";
  private static final String TREE = "/2009-04-04/meta-data/";

  /** In the order in which cloud-init walks it. */
  private static final String EC2_TREE =
      """
      block-device-mapping/
      block-device-mapping/ami
      block-device-mapping/root
      placement/
      placement/availability-zone
      public-keys/
      public-keys/0/openssh-key
      ami-id
      ami-launch-index
      ami-manifest-path
      hostname
      instance-action
      instance-id
      instance-type
      local-hostname
      local-ipv4
      public-hostname
      public-ipv4
      reservation-id
      security-groups
      """;

  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB7xGSkTnQ8sl9kXWvX5J2D3Qk0lHPzCn3bq0n1Wf3aT ops";
  private static final String USER_DATA =
      """
      #cloud-config
      write_files:
      - path: /root/from-user-data
        content: this is web-1
      """;
  private static final String VENDOR_DATA =
      "#cloud-config\\nbootcmd: [[cp, /etc/hostname, /root/from-vendor-data]]\\n";

  private final ComputeNode node = ComputeNode.start();

  /** The releases of Debian, and what their versions of cloud-init ask a NoCloud server for. */
  enum Debian {
    /** cloud-init 22.4. */
    BOOKWORM("meta-data", "user-data", "vendor-data"),
    /** cloud-init 25.1. */
    TRIXIE("network-config", "meta-data", "user-data", "vendor-data");

    private final List<String> noCloud;

    Debian(String... noCloud) {
      this.noCloud = Stream.of(noCloud).map("/nocloud/"::concat).toList();
    }

    private String suite() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean asksForNetwork() {
      return this == TRIXIE;
    }
  }

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(1500)
  void ec2SourceConfiguresItsGuest(Debian debian) throws IOException {
    Guest guest = guest(documents());
    Daemon daemon = node.daemon();

    Boot boot = boot(debian, guest, "ec2");

    assertThat(boot.result("result.json"))
        .contains("\"datasource\": \"DataSourceEc2\"")
        .containsPattern("\"errors\": \\[]");
    assertThat(boot.result("instance-data.json")).contains("\"instance_id\": \"i-0000002a\"");
    assertConfigured(boot);
    assertThat(requests(boot))
        .containsExactlyElementsOf(
            Stream.of(
                    Stream.of(TREE + "instance-id"),
                    versionsOfAmazonOnly(),
                    Stream.of("/2009-04-04/user-data", TREE),
                    EC2_TREE.lines().map(TREE::concat))
                .flatMap(paths -> paths)
                .toList());
    assertThat(refused(daemon)).isEqualTo(versionsOfAmazonOnly().count());
    assertThat(requests(boot).stream().filter(path -> guest.get(path).status() != 200))
        .containsExactlyElementsOf(versionsOfAmazonOnly().toList());
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(1500)
  void noCloudSourceConfiguresItsGuest(Debian debian) throws IOException {
    Guest guest = guest(documents());
    Daemon daemon = node.daemon();

    Boot boot = boot(debian, guest, "nocloud");

    assertNoCloud(debian, guest, boot, daemon);
    assertConfigured(boot);
    assertThat(boot.result("instance-data.json")).contains("\"availability_zone\": \"az-east\"");
    assertThat(boot.result("files/root/from-vendor-data").strip()).isEqualTo("web-1");
    if (debian.asksForNetwork()) {
      assertThat(boot.result("cloud-init.log")).contains("Applying network configuration from ds ");
      assertThat(network(boot))
          .contains(
              "iface eth0 inet static",
              "address 10.0.0.5/24",
              "mtu 1400",
              "dns-nameservers 10.0.0.2",
              "route add default gw 10.0.0.1 ",
              "route add -net 192.168.0.0/16 gw 10.0.0.254 ");
    } else {
      assertThat(network(boot)).contains("iface eth0 inet dhcp");
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(1500)
  void noCloudGuestWithoutDataIsNotKeptWaiting(Debian debian) throws IOException {
    Guest guest = guest("\"user_data\": null", "[]");
    Daemon daemon = node.daemon();

    Boot boot = boot(debian, guest, "nocloud");

    assertNoCloud(debian, guest, boot, daemon);
    assertThat(boot.result("hostname").strip()).isEqualTo("web-1");
    assertThat(network(boot)).contains("iface eth0 inet dhcp");
  }

  @Test
  void smbiosMarksCarryTheUuidOfTheRecord() {
    Guest guest = node.guest().start();
    String uuid = guest.record().uuid();
    guest.record().write();

    assertThat(smbios(guest, "--qemu").orFail())
        .isEqualTo(
            "-smbios 'type=1,manufacturer=OpenStack Foundation,product=OpenStack Nova,uuid=%s'\n",
            uuid);
    assertThat(smbios(guest, "--libvirt", "--source", "nocloud").orFail())
        .contains(
            "<uuid>" + uuid + "</uuid>",
            "<entry name='serial'>ds=nocloud;dsmode=net;s=" + URL + "/nocloud/</entry>");

    guest.record().replaceBy("meta: {\n\"uuid\": x} # }\nuuid: '%s'\n".formatted(uuid));

    assertThat(smbios(guest, "--qemu", "--keep-product").orFail())
        .isEqualTo("-smbios 'type=1,uuid=%s'\n-smbios 'type=3,asset=OpenStack Nova'\n", uuid);
  }

  @Test
  void smbiosMarksAreRefusedWhereTheUuidIsNotSure() {
    Guest guest = node.guest().start();
    String uuid = guest.record().uuid();

    for (String text :
        List.of(
            "",
            "{\"meta\": {\"uuid\": \"%s\"}}",
            "{\"uuid\": \"%1$s\", \"uuid\": \"%1$s\"}",
            "{\"uuid\": \"%s\"",
            "{\"uuid\": \"%s \"}",
            "ports: [{\nuuid: %s\n}]\n",
            "uuid: %s\n---\nuuid: %1$s\n")) {
      guest.record().replaceBy(text.formatted(uuid));
      Command.Result result = smbios(guest);
      assertThat(result.status()).describedAs(text).isEqualTo(78);
      assertThat(result.out()).isEmpty();
      assertThat(result.err().lines()).singleElement().asString().contains(".json:");
    }
  }

  /** Asked for without a second try or a time limit, so that a quick 404 is all that is needed. */
  private static Stream<String> versionsOfAmazonOnly() {
    return Stream.of("2021-03-23", "2018-09-24", "2016-09-02")
        .map("/%s/meta-data/instance-id"::formatted);
  }

  private static String documents() {
    return """
        "availability_zone": "az-east",
        "keys": [{"name": "ops", "type": "ssh", "data": "%s\\n"}],
        "user_data": "%s",
        "vendor_data": {"cloud-init": "%s"},
        "ec2": {"instance_id": "i-0000002a", "instance_type": "m1.small",
                "security_groups": ["default", "web"],
                "block_device_mapping": {"ami": "vda", "root": "/dev/vda"}}"""
        .formatted(
            KEY,
            Base64.getEncoder().encodeToString(USER_DATA.getBytes(StandardCharsets.UTF_8)),
            VENDOR_DATA);
  }

  private Guest guest(String documents) {
    return guest(
        documents,
        """
        [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "gateway_ip": "10.0.0.1",
          "dns_nameservers": ["10.0.0.2"],
          "host_routes": [{"destination": "192.168.0.0/16", "nexthop": "10.0.0.254"}]}]""");
  }

  private Guest guest(String documents, String subnets) {
    Guest guest = node.guest().start();
    guest
        .record()
        .replaceBy(
            """
            {"uuid": "%s", "project_id": "p-1", "name": "Web 1", "hostname": "web-1.novalocal",
             %s,
             "ports": [{"tap": "%s", "mac": "%s", "vif_type": "ovs", "mtu": 1400,
                        "subnets": %s}]}
            """
                .formatted(guest.record().uuid(), documents, guest.tap(), guest.mac(), subnets));
    return guest.attach();
  }

  /** Its first boot, on a fresh machine with DHCP. */
  private Boot boot(Debian debian, Guest guest, String kind) {
    return CloudInit.of(debian.suite()).boot(node, guest, "--kind", kind);
  }

  private static void assertNoCloud(Debian debian, Guest guest, Boot boot, Daemon daemon)
      throws IOException {
    assertThat(boot.result("result.json"))
        .contains("\"datasource\": \"DataSourceNoCloudNet ")
        .containsPattern("\"errors\": \\[]");
    assertThat(boot.result("instance-data.json"))
        .contains("\"instance_id\": \"" + guest.record().uuid() + "\"");
    assertThat(boot.result("cloud-init.log")).doesNotContain("WARNING");
    assertThat(requests(boot)).containsExactlyElementsOf(debian.noCloud);
    assertThat(refused(daemon)).isZero();
  }

  private static void assertConfigured(Boot boot) throws IOException {
    assertThat(boot.result("hostname").strip()).isEqualTo("web-1");
    assertThat(boot.result("authorized_keys").strip()).isEqualTo(KEY);
    assertThat(boot.result("files/root/from-user-data").strip()).isEqualTo("this is web-1");
  }

  /** The paths that it asked for, in order. */
  private static List<String> requests(Boot boot) throws IOException {
    return boot.result("requests")
        .lines()
        .map(line -> line.replaceFirst("^GET " + URL, ""))
        .toList();
  }

  /** How many answers so far were not a 200. */
  private static long refused(Daemon daemon) {
    MetricsPage page = daemon.metrics();
    return page.series().stream()
        .filter(series -> series.startsWith("tapmeta_requests_total{"))
        .filter(series -> !series.contains("code=\"200\""))
        .mapToLong(series -> (long) page.value(series))
        .sum();
  }

  /** What it wrote for its own networking. */
  private static String network(Boot boot) throws IOException {
    return boot.result("files/etc/network/interfaces.d/50-cloud-init");
  }

  private static Command.Result smbios(Guest guest, String... options) {
    return Command.of(
            Stream.concat(
                    Stream.of(
                        Run.script("tapmeta-smbios").toString(), guest.record().file().toString()),
                    Stream.of(options))
                .toArray(String[]::new))
        .run();
  }
}
