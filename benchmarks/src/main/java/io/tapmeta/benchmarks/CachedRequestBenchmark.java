package io.tapmeta.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A request on an open connection, from its bytes to the bytes of the answer, the document being in
 * the cache: reading the head, finding who asks, the route, the cache, writing. No socket.
 *
 * <p>{@link #bareChannel} does the same hand-over of buffers with no HTTP and no tapmeta in it; what
 * it allocates is the test channel's own, and what {@link #request} allocates beyond it is ours. Once
 * compiled both allocate 16 bytes a request, so a cached request allocates nothing of ours.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar CachedRequest -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {LoopThreads.CUSTOM, LoopThreads.CLASS})
public class CachedRequestBenchmark {
  /** A document with a fresh seed in each answer, and one without. */
  @Param({"/openstack/latest/meta_data.json", "/openstack/latest/network_data.json"})
  String path = "";

  private final PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
  private byte[] head = new byte[0];
  private EmbeddedChannel guest = new EmbeddedChannel();
  private EmbeddedChannel bare = new EmbeddedChannel();

  @Setup
  public void open() {
    head =
        ("GET "
                + path
                + " HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: Cloud-Init/25.1.4\r\n"
                + "Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    guest = DemoNode.connect();
    int answerBytes = request();
    bare = new EmbeddedChannel(new Echo(answerBytes));
  }

  @TearDown
  public void close() {
    guest.finishAndReleaseAll();
    bare.finishAndReleaseAll();
  }

  /** The whole of it; the number of bytes answered. */
  @Benchmark
  public int request() {
    return exchange(guest);
  }

  /** The floor: as many bytes in and out, nothing read in them. */
  @Benchmark
  public int bareChannel() {
    return exchange(bare);
  }

  private int exchange(EmbeddedChannel channel) {
    channel.writeInbound(allocator.directBuffer(head.length).writeBytes(head));
    ByteBuf answer = Objects.requireNonNull(channel.readOutbound());
    int length = answer.readableBytes();
    answer.release();
    return length;
  }

  /** Answers anything with as many bytes as it was told. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    private final byte[] answer;

    Echo(int length) {
      answer = new byte[length];
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ((ByteBuf) message).release();
      var _ =
          ctx.writeAndFlush(
              ctx.alloc().directBuffer(answer.length).writeBytes(answer), ctx.voidPromise());
    }
  }
}
