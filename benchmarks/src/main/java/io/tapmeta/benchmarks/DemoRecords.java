package io.tapmeta.benchmarks;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Instances of one port each, told apart by a number. */
final class DemoRecords {
  private DemoRecords() {}

  /** As many records, numbered from 0. */
  static List<InstanceRecord> first(int count) {
    List<InstanceRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      records.add(new InstanceRecord(instance(i), i, "in memory"));
    }
    return records;
  }

  static Instance instance(int number) {
    String text =
        """
        {"uuid": "00000000-0000-4000-8000-%012x", "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
         "name": "Web", "hostname": "web.novalocal", "meta": {"role": "web"},
         "keys": [{"name": "ops", "type": "ssh", "data": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ops"}],
         "ports": [{"tap": "%s", "mac": "%s", "mtu": 1450,
                    "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d",
                    "subnets": [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5",
                                 "gateway_ip": "10.0.0.1", "dns_nameservers": ["10.0.0.2"]}]}]}
        """
            .formatted(number, tap(number), mac(number));
    return InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), new Faults("in memory"))
        .orElseThrow();
  }

  /** One that has something to say in every document. */
  static Instance full() {
    String text =
        """
        {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
         "name": "Web 1", "hostname": "web-1.novalocal", "availability_zone": "az-east",
         "meta": {"role": "web", "team": "shop"},
         "keys": [{"name": "ops", "type": "ssh", "data": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ops"}],
         "user_data": "I2Nsb3VkLWNvbmZpZwpydW5jbWQ6IFtkYXRlXQo=",
         "vendor_data": {"cloud-init": "#cloud-config\\npackages: [curl]\\n"},
         "vendor_data2": {"static": {"cloud-init": "#cloud-config\\npackages: [jq]\\n"}},
         "devices": [{"type": "nic", "mac": "%s", "bus": "pci", "address": "0000:00:03.0",
                      "tags": ["mgmt"]}],
         "ports": [{"tap": "%s", "mac": "%s", "mtu": 1450, "vif_type": "ovs",
                    "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d",
                    "floating_ips": ["203.0.113.10"],
                    "subnets": [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5",
                                 "gateway_ip": "10.0.0.1", "dns_nameservers": ["10.0.0.2"],
                                 "host_routes": [{"destination": "192.168.0.0/16",
                                                  "nexthop": "10.0.0.254"}]}]}]}
        """
            .formatted(mac(0), tap(0), mac(0));
    return InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), new Faults("in memory"))
        .orElseThrow();
  }

  /** Where the port of that number comes in. */
  static Ingress ingress(int number) {
    String tap = tap(number);
    return new Ingress(
        new Attachment(
            tap, tap, Attachment.Mode.NETNS, Optional.of(tap), "md0", Optional.empty(), Set.of()),
        MacAddress.parse(mac(number)));
  }

  private static String tap(int number) {
    return "tap%08x".formatted(number);
  }

  private static String mac(int number) {
    return "fa:16:3e:%02x:%02x:%02x".formatted(number >> 16, number >> 8 & 0xff, number & 0xff);
  }
}
