package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.instance.Instance;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections A.3, A.5 and E of the Nova contract. */
class Ec2TreeTest {
  @ParameterizedTest
  @ValueSource(strings = {"/", "/ec2", "/ec2/"})
  void theVersionsAreTenLinesWithoutAFinalLineFeed(String path) {
    assertThat(path(path))
        .isEqualTo(
            """
            1.0
            2007-01-19
            2007-03-01
            2007-08-29
            2007-10-10
            2007-12-15
            2008-02-01
            2008-09-01
            2009-04-04
            latest\
            """)
        .hasSize(98);
  }

  /** With a key and no kernel. */
  @ParameterizedTest
  @CsvSource({
    "1.0, 117",
    "2007-01-19, 160",
    "2007-03-01, 160",
    "2007-08-29, 174",
    "2007-10-10, 174",
    "2007-12-15, 196",
    "2008-02-01, 207",
    "2008-09-01, 223",
    "2009-04-04, 223",
    "latest, 223"
  })
  void listingsHaveNovasLengths(String version, int length) {
    Instance without = Instances.read(Instances.FULL.replaceAll("(?m)^ *\"keys\": .*\n", ""));
    assertThat(path("/" + version + "/meta-data/")).hasSize(length);
    assertThat(path("/ec2/" + version + "/meta-data")).hasSize(length);
    assertThat(Rendered.path("/" + version + "/meta-data", without).orElseThrow())
        .hasSize(length - 13);
  }

  @Test
  void theNewestListingIsSortedWithDirectoriesMarked() {
    assertThat(path("/latest/meta-data"))
        .isEqualTo(
            """
            ami-id
            ami-launch-index
            ami-manifest-path
            block-device-mapping/
            hostname
            instance-action
            instance-id
            instance-type
            local-hostname
            local-ipv4
            placement/
            public-hostname
            public-ipv4
            public-keys/
            reservation-id
            security-groups\
            """);
  }

  @Test
  void userDataIsBesideMetaDataWhereThereIsAny() {
    assertThat(path("/latest")).isEqualTo("meta-data/\nuser-data").hasSize(20);
    assertThat(path("/latest/user-data")).isEqualTo("#!/bin/sh\n");
    Instance none = Instances.with("\"name\": \"x\"");
    assertThat(Rendered.path("/latest", none)).contains("meta-data/");
    assertThat(Rendered.path("/latest/user-data", none)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ami-id                           | ami-00000007
          ami-launch-index                 | 2
          ami-manifest-path                | FIXME
          hostname                         | web-1.novalocal
          instance-id                      | i-0000002a
          local-ipv4                       | 10.0.0.5
          reservation-id                   | r-3k7zq1xd
          security-groups                  | default\\nweb\\ndefault
          local-hostname                   | web-1.novalocal
          public-hostname                  | web-1.novalocal
          public-ipv4                      | 203.0.113.10
          instance-type                    | m1.small
          placement                        | availability-zone
          placement/availability-zone      | az-east
          instance-action                  | none
          block-device-mapping             | ami\\nebs0\\nroot
          block-device-mapping/ami         | vda
          block-device-mapping/root        | /dev/vda
          block-device-mapping/ebs0        | /dev/vdb
          public-keys                      | 0=ops-key
          public-keys/0                    | openssh-key
          public-keys/0/openssh-key        | ssh-ed25519 AAAA ops@example\\n
          public-keys/0/_name              | 0=ops-key
          """)
  void everyLeafHasNovasValue(String name, String expected) {
    String value = expected.replace("\\n", "\n");
    assertThat(path("/latest/meta-data/" + name)).isEqualTo(value);
    assertThat(path("/ec2/2009-04-04/meta-data/" + name)).isEqualTo(value);
  }

  @Test
  void whatTheRecordLeavesOutHasItsStandIn() {
    Instance bare = Instances.with("\"launch_index\": 0");
    assertThat(leaf(bare, "ami-id")).contains("None");
    assertThat(leaf(bare, "instance-id")).contains("i-5f0c1c1e");
    assertThat(leaf(bare, "reservation-id").orElseThrow()).matches("r-[a-z0-9]{8}");
    assertThat(leaf(bare, "instance-type")).contains("");
    assertThat(leaf(bare, "security-groups")).contains("");
    assertThat(leaf(bare, "public-ipv4")).contains("");
    assertThat(leaf(bare, "placement/availability-zone")).contains("None");
    assertThat(leaf(bare, "kernel-id")).isEmpty();
    assertThat(leaf(bare, "ramdisk-id")).isEmpty();
    assertThat(leaf(bare, "public-keys")).isEmpty();
    assertThat(leaf(bare, "block-device-mapping")).contains("ami\nephemeral0\nroot\nswap");
    assertThat(leaf(bare, "block-device-mapping/root")).contains("/dev/sda1");
  }

  @Test
  void withoutAnIpv4TheRequestersAddressIsShown() {
    Instance v6 =
        Instances.withPorts(
            """
            {"mac": "fa:16:3e:00:00:01",
             "subnets": [{"cidr": "fd00::/64", "ip_address": "fd00::5"}]}
            """);
    assertThat(leaf(v6, "local-ipv4")).contains("192.0.2.7");
  }

  @Test
  void theFirstIpv4OverAllPortsIsTheLocalOne() {
    Instance later =
        Instances.withPorts(
            """
            {"mac": "fa:16:3e:00:00:01",
             "subnets": [{"cidr": "fd00::/64", "ip_address": "fd00::5"}, {"cidr": "10.0.0.0/8"}]},
            {"mac": "fa:16:3e:00:00:02", "floating_ips": ["203.0.113.7"],
             "subnets": [{"cidr": "10.1.0.0/16", "ip_address": "10.1.0.5"}]}
            """);
    assertThat(leaf(later, "local-ipv4")).contains("10.1.0.5");
    assertThat(leaf(later, "public-ipv4")).contains("203.0.113.7");
  }

  @Test
  void kernelAndRamdiskAreThereWhereGiven() {
    Instance old = Instances.with("\"ec2\": {\"kernel_id\": \"aki-1\", \"ramdisk_id\": \"ari-1\"}");
    assertThat(leaf(old, "kernel-id")).contains("aki-1");
    assertThat(leaf(old, "ramdisk-id")).contains("ari-1");
    assertThat(leaf(old, "").orElseThrow()).contains("\nkernel-id\n").contains("\nramdisk-id\n");
    assertThat(Rendered.path("/2007-10-10/meta-data/kernel-id", old)).isEmpty();
  }

  @Test
  void everyKeyHasItsNumber() {
    Instance two =
        Instances.with(
            "\"keys\": [{\"name\": \"a\", \"data\": \"A\"}, {\"name\": \"b c\", \"data\": \"B\"}]");
    assertThat(leaf(two, "public-keys")).contains("0=a\n1=b c");
    assertThat(leaf(two, "public-keys/1/openssh-key")).contains("B");
    assertThat(leaf(two, "public-keys/1/_name")).contains("1=b c");
    assertThat(leaf(two, "public-keys/2")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "local-hostname, 1.0",
    "public-ipv4, 1.0",
    "instance-type, 2007-03-01",
    "block-device-mapping, 2007-10-10",
    "placement, 2007-12-15",
    "placement/availability-zone, 2007-12-15",
    "instance-action, 2008-02-01"
  })
  void namesAreNotThereBeforeTheirVersion(String name, String version) {
    assertThat(Rendered.path("/" + version + "/meta-data/" + name, Instances.full())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/latest/meta-data/mac",
        "/latest/meta-data/network/interfaces/macs",
        "/latest/meta-data/iam/info",
        "/latest/dynamic/instance-identity/document",
        "/latest/api/token",
        "/latest/meta-data/tags",
        "/latest/meta-data/ami-id/x",
        "/latest/meta-data/ami-id/x/y",
        "/latest/user-data/x",
        "/latest/meta-data/security-groups/default",
        "/latest/meta-data/public-keys/0=ops-key",
        "/latest/meta-data/public-keys/_name",
        "/latest/meta-data/_name",
        "/latest/meta-data/public-keys/0/openssh-key/x",
        "/latest/meta-data/public-keys/00",
        "/latest/meta-data/block-device-mapping/swap",
        "/2009-04-05/meta-data",
        "/ec2/ec2/latest",
        "/latest/latest"
      })
  void whatIsNotThereIsNotFound(String path) {
    assertThat(Rendered.path(path, Instances.full())).isEmpty();
  }

  @Test
  void everythingIsText() {
    for (String path :
        new String[] {"/", "/latest", "/latest/meta-data/ami-id", "/latest/user-data"}) {
      assertThat(Rendered.document(path, Instances.full()).orElseThrow().contentType())
          .isEqualTo("text/plain; charset=UTF-8");
    }
  }

  private static Optional<String> leaf(Instance instance, String name) {
    return Rendered.path("/latest/meta-data/" + name, instance);
  }

  private static String path(String path) {
    return Rendered.path(path, Instances.full()).orElseThrow();
  }
}
