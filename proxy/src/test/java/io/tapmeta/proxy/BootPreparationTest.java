package io.tapmeta.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.document.BootDocuments;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** For whom documents are rendered ahead. */
class BootPreparationTest {
  private static final String NETWORK = "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d";

  private final DocumentCache cache = new DocumentCache(1 << 20);
  private final RouteTable routes = RouteTable.complete();
  private final BootDocuments documents = new BootDocuments(routes, cache);
  private final Resolver resolver = new Resolver(Set.of("test"));
  private final BootPreparation preparation = new BootPreparation(resolver, documents);
  private final List<InstanceRecord> records = List.of(Instances.record(Instances.full(), 1));

  @BeforeEach
  void start() {
    resolver.onPublication(preparation::published);
    documents.start();
  }

  @AfterEach
  void close() {
    documents.close();
  }

  @Test
  void aRecordThatWasThereFirst() {
    resolver.publish("test", records);
    assertThat(cache.size()).isZero();
    preparation.attached(attachment(Mode.NETNS, Instances.TAP, Optional.empty()));
    await().until(() -> cache.size() > 10);
  }

  @Test
  void aTapThatWasThereFirst() {
    preparation.attached(attachment(Mode.SHARED, Instances.TAP, Optional.empty()));
    resolver.publish("test", records);
    await().until(() -> cache.size() > 10);
  }

  @Test
  void aRecordOnANetworkThatIsAdopted() {
    preparation.attached(attachment(Mode.ADOPT, "net", Optional.of(NETWORK)));
    resolver.publish("test", records);
    await().until(() -> cache.size() > 10);
  }

  @Test
  void aMacThatIsPinned() {
    InstanceRecord placeless =
        Instances.record(
            Instances.read(
                "{\"uuid\": \"%s\", \"name\": \"web\", \"ports\": [{\"mac\": \"%s\"}]}"
                    .formatted(Instances.UUID, Instances.MAC)),
            1);
    resolver.publish("test", List.of(placeless));
    preparation.attached(
        attachment(Mode.NETNS, "tap1", Optional.empty(), MacAddress.parse(Instances.MAC)));
    await().until(() -> cache.size() > 10);
  }

  /** The second guest, prepared later, shows that the first had its chance. */
  @Test
  void nobodyWhoIsPluggedInNowhere() {
    preparation.attached(attachment(Mode.NETNS, Instances.TAP, Optional.empty()));
    preparation.detached(attachment(Mode.NETNS, Instances.TAP, Optional.empty()));
    resolver.publish("test", records);
    preparation.attached(attachment(Mode.NETNS, "tap1", Optional.empty()));
    InstanceRecord other =
        Instances.record(
            Instances.withPorts("{\"mac\": \"fa:16:3e:00:00:02\", \"tap\": \"tap1\"}"), 2);
    resolver.publish("test", List.of(other), List.of());
    await().until(() -> cache.size() > 10);

    AtomicInteger hits = new AtomicInteger();
    DocumentCache.CacheMetrics counting =
        new DocumentCache.CacheMetrics() {
          @Override
          public void hit() {
            hits.incrementAndGet();
          }

          @Override
          public void miss() {}
        };
    Route route = routes.find("/openstack").orElseThrow();
    cache.newReader(counting).read(records.getFirst(), route, () -> "");
    assertThat(hits).hasValue(0);
  }

  private static Attachment attachment(
      Mode mode, String tap, Optional<String> network, MacAddress... macs) {
    return new Attachment(tap, tap, mode, Optional.of("ns"), "md0", network, Set.of(macs));
  }
}
