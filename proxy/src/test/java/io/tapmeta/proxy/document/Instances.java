package io.tapmeta.proxy.document;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;

/** Instances for tests, written as an operator writes them. */
public final class Instances {
  public static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";
  public static final String MAC = "fa:16:3e:5a:01:37";
  public static final String TAP = "tap0d1fa6a8-94";

  /** One with everything that the documents show. */
  public static final String FULL =
      """
      {
        "uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11",
        "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
        "name": "Web 1",
        "hostname": "web-1.novalocal",
        "launch_index": 2,
        "availability_zone": "az-east",
        "meta": {"role": "web", "tier": "gold"},
        "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-ed25519 AAAA ops@example\\n"}],
        "user_data": "IyEvYmluL3NoCg==",
        "vendor_data": {"z": 1, "a": [true, null, 0.5]},
        "devices": [
          {"type": "nic", "mac": "fa:16:3e:5a:01:37", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"]},
          {"type": "nic", "mac": "fa:16:3e:5a:02:09", "bus": "pci", "address": "0000:00:06.0", "vlan": 2145, "vf_trusted": true},
          {"type": "nic", "mac": "fa:16:3e:5a:03:00", "bus": "pci", "address": "0000:00:08.0"},
          {"type": "disk", "serial": "a4d2f1c0", "bus": "pci", "address": "0000:00:07.0", "tags": ["db", "fast"]},
          {"type": "disk", "path": "/dev/vdc"},
          {"type": "share", "share_id": "e8debdc0", "tag": "shared-1"}
        ],
        "dedicated_cpus": [3, 2],
        "ec2": {
          "instance_id": "i-0000002a", "ami_id": "ami-00000007",
          "reservation_id": "r-3k7zq1xd", "instance_type": "m1.small",
          "security_groups": ["default", "web", "default"],
          "block_device_mapping": {"root": "/dev/vda", "ami": "vda", "ebs0": "/dev/vdb"}
        },
        "ports": [{
          "id": "0d1fa6a8-94c5-4d5e-8a32-6a3f7a1d9c01",
          "tap": "tap0d1fa6a8-94",
          "mac": "fa:16:3e:5a:01:37",
          "vif_type": "ovs",
          "mtu": 1450,
          "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d",
          "floating_ips": ["203.0.113.10", "203.0.113.11"],
          "subnets": [{
            "cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "gateway_ip": "10.0.0.1",
            "dns_nameservers": ["10.0.0.2"],
            "host_routes": [{"destination": "192.168.7.9/16", "nexthop": "10.0.0.254"}]
          }]
        }]
      }
      """;

  private Instances() {}

  public static Instance full() {
    return read(FULL);
  }

  /** One port on {@link #TAP} with {@link #MAC}, and what {@code members} say beside it. */
  public static Instance with(String members) {
    return read(
        "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\", \"tap\": \"%s\"}], %s}"
            .formatted(UUID, MAC, TAP, members));
  }

  public static Instance withPorts(String ports) {
    return read("{\"uuid\": \"%s\", \"name\": \"web\", \"ports\": [%s]}".formatted(UUID, ports));
  }

  public static Instance read(String text) {
    Faults faults = new Faults("record");
    return InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)
        .orElseThrow(() -> new AssertionError(faults.list() + "\n" + text));
  }

  public static InstanceRecord record(Instance instance, long revision) {
    return new InstanceRecord(instance, revision, "/instances/" + instance.name());
  }
}
