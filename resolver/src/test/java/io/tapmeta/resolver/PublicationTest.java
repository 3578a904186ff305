package io.tapmeta.resolver;

import static io.tapmeta.resolver.Records.netns;
import static io.tapmeta.resolver.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.Resolution.Found;
import io.tapmeta.resolver.ingress.Ingress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers race with publications: each reads the one state or the other, never a mixture. */
@Timeout(60)
class PublicationTest {
  private static final String MAC = "fa:16:3e:00:00:01";
  private static final int PORTS = 50;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aSnapshotIsOfOneGeneration() throws Exception {
    Resolver resolver = new Resolver(Set.of("files"));
    List<Ingress> ingresses = new ArrayList<>();
    for (int i = 0; i < PORTS; i++) {
      ingresses.add(netns("tap" + i, MAC));
    }
    resolver.publish("files", generation(0));
    AtomicBoolean over = new AtomicBoolean();
    List<Future<Long>> readers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      readers.add(threads.submit(() -> readSnapshots(resolver, ingresses, over)));
    }
    List<List<InstanceRecord>> generations = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      generations.add(generation(i));
    }
    generations.forEach(records -> resolver.publish("files", records));
    over.set(true);
    for (Future<Long> reader : readers) {
      assertThat(reader.get()).isEqualTo(200);
    }
  }

  /** The last generation seen; fails on a mixed one and on one that goes back. */
  private static long readSnapshots(
      Resolver resolver, List<Ingress> ingresses, AtomicBoolean over) {
    long last = 0;
    boolean once = false;
    while (!once || !over.get()) {
      once = over.get();
      RecordIndex snapshot = resolver.index();
      Set<Long> revisions =
          ingresses.stream()
              .map(snapshot::resolve)
              .map(resolution -> ((Found) resolution).record().revision())
              .collect(Collectors.toSet());
      assertThat(revisions).hasSize(1);
      long revision = revisions.iterator().next();
      assertThat(revision).isGreaterThanOrEqualTo(last);
      last = revision;
    }
    return last;
  }

  /** Between "not everything was read" and "here it is" there is no moment of "unknown". */
  @Test
  void nobodyIsCalledUnknownWhileTheLastSourcePublishes() throws Exception {
    InstanceRecord web = record("web").port(MAC, "tap1", null).make();
    Ingress ingress = netns("tap1", MAC);
    for (int i = 0; i < 3000; i++) {
      Resolver resolver = new Resolver(Set.of("files"));
      Future<Resolution> reader =
          threads.submit(
              () -> {
                Resolution seen = Resolution.NOT_READY;
                while (seen == Resolution.NOT_READY) {
                  seen = resolver.resolve(ingress);
                }
                return seen;
              });
      resolver.publish("files", List.of(web));
      assertThat(reader.get()).isInstanceOf(Found.class);
    }
  }

  @Test
  void sourcesThatPublishAtTheSameTimeAreAllInForce() throws Exception {
    for (int i = 0; i < 200; i++) {
      Resolver resolver = new Resolver(Set.of("s0", "s1", "s2", "s3"));
      List<Future<?>> writers = new ArrayList<>();
      for (int s = 0; s < 4; s++) {
        String source = "s" + s;
        writers.add(
            threads.submit(
                () ->
                    resolver.publish(
                        source, List.of(record(source).port(MAC, "tap-" + source, null).make()))));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      assertThat(resolver.isReady()).isTrue();
      assertThat(resolver.index().records()).hasSize(4);
    }
  }

  private static List<InstanceRecord> generation(long number) {
    List<InstanceRecord> records = new ArrayList<>();
    for (int i = 0; i < PORTS; i++) {
      records.add(record("vm" + i).port(MAC, "tap" + i, null).revision(number).make());
    }
    return records;
  }
}
