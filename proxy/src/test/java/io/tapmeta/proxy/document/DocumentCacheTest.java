package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.DocumentCache.CacheMetrics;
import io.tapmeta.resolver.InstanceRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentCacheTest {
  private static final Requester REQUESTER = () -> "10.0.0.5";

  private final DocumentCache cache = new DocumentCache(1 << 20);
  private final Counts counts = new Counts();
  private final DocumentReader reader = cache.newReader(counts);
  private final RouteTable routes = RouteTable.complete();
  private final Route metaData = route("/openstack/latest/meta_data.json");

  @Test
  void aHitIsTheVerySameAnswer() {
    InstanceRecord record = Instances.record(Instances.full(), 1);
    EncodedAnswer first = reader.read(record, metaData, REQUESTER);
    assertThat(first).isNotNull();
    assertThat(reader.read(record, metaData, REQUESTER)).isSameAs(first);
    assertThat(counts.told).containsExactly("miss", "hit");
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void readersOfOneCacheShareIt() {
    InstanceRecord record = Instances.record(Instances.full(), 1);
    EncodedAnswer first = reader.read(record, metaData, REQUESTER);
    assertThat(cache.newReader(counts).read(record, metaData, REQUESTER)).isSameAs(first);
  }

  @Test
  void anotherRevisionIsRenderedAnew() {
    InstanceRecord before = Instances.record(Instances.with("\"name\": \"old\""), 1);
    InstanceRecord after = Instances.record(Instances.with("\"name\": \"new\""), 2);
    EncodedAnswer old = reader.read(before, metaData, REQUESTER);
    EncodedAnswer fresh = reader.read(after, metaData, REQUESTER);
    assertThat(body(old)).contains("\"name\": \"old\"");
    assertThat(body(fresh)).contains("\"name\": \"new\"");
    assertThat(counts.told).containsExactly("miss", "miss");
  }

  @Test
  void otherRoutesOfTheSameRecordAreOtherDocuments() {
    InstanceRecord record = Instances.record(Instances.full(), 1);
    EncodedAnswer latest = reader.read(record, metaData, REQUESTER);
    EncodedAnswer oldest =
        reader.read(record, route("/openstack/2012-08-10/meta_data.json"), REQUESTER);
    assertThat(oldest).isNotSameAs(latest);
    assertThat(counts.told).containsExactly("miss", "miss");
  }

  @Test
  void whatAnInstanceDoesNotHaveIsNotKept() {
    InstanceRecord record = Instances.record(Instances.with("\"name\": \"x\""), 1);
    assertThat(reader.read(record, route("/openstack/latest/user_data"), REQUESTER)).isNull();
    assertThat(reader.read(record, route("/no/such/path"), REQUESTER)).isNull();
    assertThat(cache.size()).isZero();
    assertThat(counts.told).isEmpty();
  }

  @Test
  void anIdentityHasNoDocuments() {
    InstanceRecord identity =
        Instances.record(
            Instances.read(
                "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\"}]}"
                    .formatted(Instances.UUID, Instances.MAC)),
            1);
    for (String path : List.of("/", "/openstack", "/openstack/latest/meta_data.json", "/nocloud")) {
      assertThat(reader.read(identity, route(path), REQUESTER)).as(path).isNull();
    }
  }

  /** Anything may be asked for below the EC2 tree: none of it may push documents out. */
  @Test
  void pathsThatAreNotInTheTableAreNotKept() {
    InstanceRecord record =
        Instances.record(
            Instances.with(
                "\"keys\": [{\"name\": \"a\", \"data\": \"A\"}, {\"name\": \"b\", \"data\": \"B\"}]"),
            1);
    Route second = route("/latest/meta-data/public-keys/1/openssh-key");
    assertThat(body(reader.read(record, second, REQUESTER))).isEqualTo("B");
    assertThat(cache.size()).isZero();
  }

  @Test
  void whatWasMadeForOneRequesterIsNotGivenToAnother() {
    InstanceRecord record = Instances.record(Instances.with("\"name\": \"x\""), 1);
    Route localIpv4 = route("/latest/meta-data/local-ipv4");
    assertThat(body(reader.read(record, localIpv4, () -> "10.0.0.1"))).isEqualTo("10.0.0.1");
    assertThat(body(reader.read(record, localIpv4, () -> "10.0.0.2"))).isEqualTo("10.0.0.2");
    assertThat(cache.size()).isZero();
  }

  @Test
  void theWeightOfAllDocumentsIsBounded() {
    DocumentCache small = new DocumentCache(50_000);
    DocumentReader smallReader = small.newReader(counts);
    for (int revision = 1; revision <= 200; revision++) {
      InstanceRecord record = Instances.record(Instances.full(), revision);
      EncodedAnswer answer = smallReader.read(record, metaData, REQUESTER);
      assertThat(answer).isNotNull();
      assertThat(small.size() * answer.bytes().length).isLessThanOrEqualTo(50_000);
    }
    assertThat(small.size()).isGreaterThan(5);
  }

  @Test
  void aDocumentLargerThanTheCacheIsStillServed() {
    DocumentReader tiny = new DocumentCache(100).newReader(counts);
    InstanceRecord record = Instances.record(Instances.full(), 1);
    assertThat(tiny.read(record, metaData, REQUESTER)).isNotNull();
    assertThat(tiny.read(record, metaData, REQUESTER)).isNotNull();
    assertThat(counts.told).containsExactly("miss", "miss");
  }

  @Test
  void aCacheOfNothingKeepsNothing() {
    DocumentCache none = new DocumentCache(0);
    assertThat(
            none.newReader(counts).read(Instances.record(Instances.full(), 1), metaData, REQUESTER))
        .isNotNull();
    assertThat(none.size()).isZero();
  }

  private Route route(String path) {
    return routes.find(path).orElseThrow();
  }

  private static String body(EncodedAnswer answer) {
    return new String(
        answer.bytes(),
        answer.bodyStart(),
        answer.bytes().length - answer.bodyStart(),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  private static final class Counts implements CacheMetrics {
    final List<String> told = new ArrayList<>();

    @Override
    public void hit() {
      told.add("hit");
    }

    @Override
    public void miss() {
      told.add("miss");
    }
  }
}
