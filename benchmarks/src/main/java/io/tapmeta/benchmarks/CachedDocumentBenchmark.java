package io.tapmeta.benchmarks;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.DocumentReader;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.resolver.InstanceRecord;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A document that is in the cache, found there.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar CachedDocument -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CachedDocumentBenchmark {
  private static final String PATH = "/openstack/latest/meta_data.json";

  private final InstanceRecord record = new InstanceRecord(DemoRecords.instance(0), 0, "in memory");
  private final DocumentReader documents =
      new DocumentCache(Configuration.DEFAULTS.cache().size()).newReader(new Uncounted());
  private Route route = Route.NONE;

  @Setup
  public void find() {
    route = RouteTable.complete().find(PATH).orElseThrow();
  }

  /** Of a record that has not changed. */
  @Benchmark
  public @Nullable EncodedAnswer cached() {
    return documents.read(record, route, () -> "10.0.0.5");
  }
}
