package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.tapmeta.proxy.config.EndpointUrl;
import java.util.Map;
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
 * What is sent to the backend for a guest, made of parsed parts: the target spelt out, the identity
 * signed, the headers that go on. Without the connection to the backend.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar UpstreamRequest -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Djmh.executor=CUSTOM",
      "-Djmh.executor.class=io.tapmeta.benchmarks.LoopThreads"
    })
public class UpstreamRequestBenchmark {
  private final Endpoint endpoint = new Endpoint(EndpointUrl.parse("http://127.0.0.1:8775"));
  private final SharedSecret secret = SharedSecret.of("a secret of the usual length, more or less");
  private final UpstreamRequest request =
      new UpstreamRequest(
          "GET",
          "/latest/meta-data/hostname",
          "",
          Map.of("accept", "*/*", "user-agent", "Cloud-Init/25.1.4"),
          new byte[0],
          "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11",
          "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
          "10.0.0.5");
  private EmbeddedChannel encoder = new EmbeddedChannel();

  @Setup
  public void open() {
    encoder = new EmbeddedChannel(new HttpRequestEncoder());
  }

  /** The signature alone. */
  @Benchmark
  public String signature() {
    return secret.sign(request.instanceId());
  }

  /** The message, signature and all. */
  @Benchmark
  public FullHttpRequest message() {
    return request.message(endpoint, secret);
  }

  /** The message as bytes on the wire; how many. */
  @Benchmark
  public int encoded() {
    encoder.writeOutbound(request.message(endpoint, secret));
    int length = 0;
    for (ByteBuf part = next(); part != null; part = next()) {
      length += part.readableBytes();
      part.release();
    }
    return length;
  }

  private @Nullable ByteBuf next() {
    return encoder.readOutbound();
  }
}
