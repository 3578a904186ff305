package io.tapmeta.benchmarks;

import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.ingress.SavedSyn;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * The source MAC out of the frame that the kernel saved, as for every accepted connection; without
 * the system call that fetches the frame.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar SavedSyn -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SavedSynBenchmark {
  private static final short IPV4 = 0x0800;
  private static final int FRAME_BYTES = 74;

  private final ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);

  @Setup
  public void arrive() {
    frame.putShort(6, (short) 0xfa16).putInt(8, 0x3e5a_0137).putShort(12, IPV4);
  }

  /** Whose connection it is. */
  @Benchmark
  public Optional<MacAddress> sourceMac() {
    return SavedSyn.sourceMac(frame);
  }
}
