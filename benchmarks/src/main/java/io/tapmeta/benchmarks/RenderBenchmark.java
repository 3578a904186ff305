package io.tapmeta.benchmarks;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.DocumentReader;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.instance.Instance;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every kind of document when it is not in the cache: looked for, rendered, encoded for the wire and
 * put there. What a guest's first request costs beyond its later ones.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar RenderBenchmark -prof gc
 *   java -jar benchmarks/target/benchmarks.jar RenderBenchmark -p path=/nocloud/network-config
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RenderBenchmark {
  @Param({
    "/openstack",
    "/openstack/latest",
    "/openstack/latest/meta_data.json",
    "/openstack/latest/network_data.json",
    "/openstack/latest/vendor_data.json",
    "/openstack/latest/vendor_data2.json",
    "/openstack/latest/user_data",
    "/latest/meta-data/",
    "/latest/meta-data/hostname",
    "/latest/user-data",
    "/nocloud/meta-data",
    "/nocloud/vendor-data",
    "/nocloud/network-config"
  })
  String path = "";

  private final Instance instance = DemoRecords.full();
  private final DocumentReader documents =
      new DocumentCache(Configuration.DEFAULTS.cache().size()).newReader(new Uncounted());
  private Route route = Route.NONE;
  private long revision;

  @Setup
  public void find() {
    route = RouteTable.complete().find(path).orElseThrow();
  }

  /** Of a record that has changed every time. */
  @Benchmark
  public EncodedAnswer cold() {
    EncodedAnswer answer =
        documents.read(
            new InstanceRecord(instance, ++revision, "in memory"), route, () -> "10.0.0.5");
    if (answer == null) {
      throw new IllegalStateException(path + ": no such document (expected: one of this instance)");
    }
    return answer;
  }
}
