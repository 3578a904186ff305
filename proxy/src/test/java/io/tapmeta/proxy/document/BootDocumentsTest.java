package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.document.DocumentCache.CacheMetrics;
import io.tapmeta.resolver.InstanceRecord;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest will ask for at its boot, rendered before. */
class BootDocumentsTest {
  private final RouteTable routes = RouteTable.complete();
  private final DocumentCache cache = new DocumentCache(1 << 20);
  private final BootDocuments documents = new BootDocuments(routes, cache);
  private final InstanceRecord record = Instances.record(Instances.full(), 1);

  @AfterEach
  void close() {
    documents.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openstack",
        "/openstack/2018-08-27/meta_data.json",
        "/openstack/2018-08-27/user_data",
        "/openstack/2018-08-27/vendor_data.json",
        "/openstack/2018-08-27/vendor_data2.json",
        "/openstack/2018-08-27/network_data.json",
        "/openstack/latest/meta_data.json",
        "/latest/meta-data/",
        "/latest/meta-data/public-keys/0/openssh-key",
        "/latest/user-data"
      })
  void theFirstRequestFindsItReady(String path) {
    documents.render(record);

    assertThat(isReady(record, path)).isTrue();
  }

  @Test
  void itHappensWithoutAnybodyWaitingForIt() {
    documents.start();
    documents.prepare(record);

    await().until(() -> cache.size() > 10);
  }

  @Test
  void anIdentityWithoutDocumentsIsPassedOver() {
    documents.start();
    documents.prepare(
        Instances.record(Instances.withPorts("{\"mac\": \"" + Instances.MAC + "\"}"), 1));
    documents.prepare(record);

    await().until(() -> cache.size() > 10);
  }

  @Test
  void nothingIsPushedOutForIt() {
    DocumentCache small = new DocumentCache(40_000);
    BootDocuments ahead = new BootDocuments(routes, small);
    AtomicInteger hits = new AtomicInteger();
    Route asked = route("/openstack/2012-08-10/meta_data.json");
    small.newReader(counting(hits)).read(record, asked, () -> "");
    for (int revision = 2; revision <= 50; revision++) {
      ahead.render(Instances.record(Instances.full(), revision));
    }
    assertThat(small.isNearlyFull()).isTrue();

    small.newReader(counting(hits)).read(record, asked, () -> "");

    assertThat(hits).hasValue(1);
  }

  private boolean isReady(InstanceRecord of, String path) {
    AtomicInteger hits = new AtomicInteger();
    cache.newReader(counting(hits)).read(of, route(path), () -> "");
    return hits.get() == 1;
  }

  private Route route(String path) {
    return routes.find(path).orElseThrow();
  }

  private static CacheMetrics counting(AtomicInteger hits) {
    return new CacheMetrics() {
      @Override
      public void hit() {
        hits.incrementAndGet();
      }

      @Override
      public void miss() {}
    };
  }
}
