package io.tapmeta.benchmarks;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node of one guest in memory: the daemon's own parts, wired without namespaces or sockets. */
final class DemoNode {
  private static final String SOURCE = "benchmark";
  private static final String TAP = "tap0d1fa6a8-94";
  private static final String MAC = "fa:16:3e:5a:01:37";
  private static final String RECORD =
      """
      {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11",
       "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
       "name": "Web 1", "hostname": "web-1.novalocal",
       "meta": {"role": "web"},
       "keys": [{"name": "ops", "type": "ssh", "data": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ops"}],
       "ports": [{"id": "0d1fa6a8-94c5-4d5e-8a32-6a3f7a1d9c01", "tap": "%s", "mac": "%s",
                  "vif_type": "ovs", "mtu": 1450,
                  "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d",
                  "subnets": [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5",
                               "gateway_ip": "10.0.0.1", "dhcp": true,
                               "dns_nameservers": ["10.0.0.2"]}]}]}
      """
          .formatted(TAP, MAC);

  private DemoNode() {}

  /** A guest's connection, open and identified. */
  static EmbeddedChannel connect() {
    Resolver resolver = new Resolver(Set.of(SOURCE));
    resolver.publish(SOURCE, List.of(new InstanceRecord(instance(), 1, "in memory")));
    EmbeddedChannel channel = new EmbeddedChannel();
    GuestLoop loop =
        new GuestLoop(
            channel.eventLoop(),
            new GuestService(
                resolver,
                RouteTable.complete(),
                new DocumentCache(Configuration.DEFAULTS.cache().size()),
                passwords(),
                new GuestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))),
            GuestSettings.of(Configuration.DEFAULTS.guest()));
    Attachment attachment =
        new Attachment(
            TAP, TAP, Attachment.Mode.NETNS, Optional.of(TAP), "md0", Optional.empty(), Set.of());
    Plug plug = new Plug(attachment, System.nanoTime());
    channel
        .pipeline()
        .addLast(new GuestConnection(loop, plug, new Ingress(attachment, MacAddress.parse(MAC))));
    return channel;
  }

  private static Instance instance() {
    return InstanceReader.read(RECORD.getBytes(StandardCharsets.UTF_8), new Faults("in memory"))
        .orElseThrow();
  }

  /** Of a directory that is not there: nothing is read, and nothing will be written. */
  private static PasswordStore passwords() {
    try {
      return new PasswordStore(Path.of("/nonexistent"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
