package io.tapmeta.benchmarks;

import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.document.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * From a request's path, as bytes, to what answers it.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar RouteBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteBenchmark {
  @Param({"/openstack/latest/meta_data.json", "/latest/meta-data/hostname"})
  String path = "";

  private final RouteTable routes = RouteTable.complete();
  private byte[] bytes = new byte[0];

  @Setup
  public void encode() {
    bytes = path.getBytes(StandardCharsets.US_ASCII);
  }

  /** Spelt as the documents list it. */
  @Benchmark
  public @Nullable Route exact() {
    return routes.exact(bytes, 0, bytes.length);
  }
}
