package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.instance.Instance;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section B of the Nova contract, version by version. */
class MetaDataJsonTest {
  private static final String FOLSOM =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east"}\
      """;

  private static final String GRIZZLY =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east", \
      "random_seed": "<seed>"}\
      """;

  private static final String LIBERTY =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east", \
      "random_seed": "<seed>", \
      "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40"}\
      """;

  private static final String NEWTON =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east", \
      "random_seed": "<seed>", \
      "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40", \
      "devices": [\
      {"type": "nic", "mac": "fa:16:3e:5a:01:37", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"]}, \
      {"type": "disk", "serial": "a4d2f1c0", "bus": "pci", "address": "0000:00:07.0", "tags": ["db", "fast"]}, \
      {"type": "disk", "path": "/dev/vdc", "bus": "none", "address": "none"}]}\
      """;

  private static final String OCATA =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east", \
      "random_seed": "<seed>", \
      "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40", \
      "devices": [\
      {"type": "nic", "mac": "fa:16:3e:5a:01:37", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"]}, \
      {"vlan": 2145, "type": "nic", "mac": "fa:16:3e:5a:02:09", "bus": "pci", "address": "0000:00:06.0"}, \
      {"type": "disk", "serial": "a4d2f1c0", "bus": "pci", "address": "0000:00:07.0", "tags": ["db", "fast"]}, \
      {"type": "disk", "path": "/dev/vdc", "bus": "none", "address": "none"}]}\
      """;

  private static final String ROCKY =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east", \
      "random_seed": "<seed>", \
      "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40", \
      "devices": [\
      {"vf_trusted": false, "type": "nic", "mac": "fa:16:3e:5a:01:37", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"]}, \
      {"vlan": 2145, "vf_trusted": true, "type": "nic", "mac": "fa:16:3e:5a:02:09", "bus": "pci", "address": "0000:00:06.0"}, \
      {"vf_trusted": false, "type": "nic", "mac": "fa:16:3e:5a:03:00", "bus": "pci", "address": "0000:00:08.0"}, \
      {"type": "disk", "serial": "a4d2f1c0", "bus": "pci", "address": "0000:00:07.0", "tags": ["db", "fast"]}, \
      {"type": "disk", "path": "/dev/vdc", "bus": "none", "address": "none"}]}\
      """;

  private static final String VICTORIA =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east", \
      "random_seed": "<seed>", \
      "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40", \
      "devices": [\
      {"vf_trusted": false, "type": "nic", "mac": "fa:16:3e:5a:01:37", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"]}, \
      {"vlan": 2145, "vf_trusted": true, "type": "nic", "mac": "fa:16:3e:5a:02:09", "bus": "pci", "address": "0000:00:06.0"}, \
      {"vf_trusted": false, "type": "nic", "mac": "fa:16:3e:5a:03:00", "bus": "pci", "address": "0000:00:08.0"}, \
      {"type": "disk", "serial": "a4d2f1c0", "bus": "pci", "address": "0000:00:07.0", "tags": ["db", "fast"]}, \
      {"type": "disk", "path": "/dev/vdc", "bus": "none", "address": "none"}], \
      "dedicated_cpus": [2, 3]}\
      """;

  private static final String EPOXY =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", \
      "meta": {"role": "web", "tier": "gold"}, \
      "public_keys": {"ops-key": "ssh-ed25519 AAAA ops@example\\n"}, \
      "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}], \
      "hostname": "web-1.novalocal", \
      "name": "Web 1", \
      "launch_index": 2, \
      "availability_zone": "az-east", \
      "random_seed": "<seed>", \
      "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40", \
      "devices": [\
      {"vf_trusted": false, "type": "nic", "mac": "fa:16:3e:5a:01:37", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"]}, \
      {"vlan": 2145, "vf_trusted": true, "type": "nic", "mac": "fa:16:3e:5a:02:09", "bus": "pci", "address": "0000:00:06.0"}, \
      {"vf_trusted": false, "type": "nic", "mac": "fa:16:3e:5a:03:00", "bus": "pci", "address": "0000:00:08.0"}, \
      {"type": "disk", "serial": "a4d2f1c0", "bus": "pci", "address": "0000:00:07.0", "tags": ["db", "fast"]}, \
      {"type": "disk", "path": "/dev/vdc", "bus": "none", "address": "none"}, \
      {"type": "share", "share_id": "e8debdc0", "tag": "shared-1", "bus": "none", "address": "none"}], \
      "dedicated_cpus": [2, 3]}\
      """;

  private static final Map<OpenStackVersion, String> EXPECTED =
      Map.ofEntries(
          Map.entry(OpenStackVersion.FOLSOM, FOLSOM),
          Map.entry(OpenStackVersion.GRIZZLY, GRIZZLY),
          Map.entry(OpenStackVersion.HAVANA, GRIZZLY),
          Map.entry(OpenStackVersion.LIBERTY, LIBERTY),
          Map.entry(OpenStackVersion.NEWTON_ONE, NEWTON),
          Map.entry(OpenStackVersion.NEWTON_TWO, NEWTON),
          Map.entry(OpenStackVersion.OCATA, OCATA),
          Map.entry(OpenStackVersion.ROCKY, ROCKY),
          Map.entry(OpenStackVersion.VICTORIA, VICTORIA),
          Map.entry(OpenStackVersion.EPOXY, EPOXY),
          Map.entry(OpenStackVersion.LATEST, EPOXY));

  @ParameterizedTest
  @EnumSource(OpenStackVersion.class)
  void everyVersionHasItsKeysInNovasOrder(OpenStackVersion version) {
    Document document = MetaDataJson.render(Instances.full(), version);
    assertThat(Rendered.text(document)).isEqualTo(EXPECTED.get(version));
    assertThat(document.contentType()).isEqualTo("application/json");
    assertThat(document.reusable()).isTrue();
  }

  @Test
  void whatIsEmptyIsLeftOutOrEmptyAsInNova() {
    assertThat(latest(Instances.with("\"name\": \"x\"")))
        .isEqualTo(
            """
            {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "hostname": "x", "name": "x", \
            "launch_index": 0, "availability_zone": null, "random_seed": "<seed>", \
            "project_id": null, "devices": [], "dedicated_cpus": []}\
            """);
  }

  @Test
  void stringsAreEscapedInEveryPlace() {
    assertThat(
            latest(
                Instances.with(
                    """
                    "name": "é\\"\\u007f😀", "meta": {"clé": "日\\n"},
                    "keys": [{"name": "ops é", "data": "ssh \\u0001"}]
                    """)))
        .contains("\"name\": \"\\u00e9\\\"\\u007f\\ud83d\\ude00\"")
        .contains("\"meta\": {\"cl\\u00e9\": \"\\u65e5\\n\"}")
        .contains("\"public_keys\": {\"ops \\u00e9\": \"ssh \\u0001\"}");
  }

  /** The slot is one of bytes: nothing before it may be longer in bytes than in characters. */
  @Test
  void theSeedsPlaceIsRightWhateverComesBeforeIt() {
    String text = latest(Instances.with("\"name\": \"日本語 😀 é\", \"meta\": {\"é\": \"ü\"}"));
    assertThat(text).contains("\"random_seed\": \"<seed>\", ");
  }

  @Test
  void everyKeyIsShownBothWays() {
    assertThat(
            latest(
                Instances.with(
                    """
                    "keys": [{"name": "b", "data": "B"}, {"name": "a", "type": "x509", "data": "A"}]
                    """)))
        .contains(
            """
            "public_keys": {"b": "B", "a": "A"}, \
            "keys": [{"name": "b", "type": "ssh", "data": "B"}, \
            {"name": "a", "type": "x509", "data": "A"}]\
            """);
  }

  private static String latest(Instance instance) {
    return Rendered.text(MetaDataJson.render(instance, OpenStackVersion.LATEST));
  }
}
