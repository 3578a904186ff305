package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class in which a buffer was lost: Netty's detector, listening to every buffer, says so. */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
  private static final int COLLECTIONS = 5;

  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
      throw new IllegalStateException(
          ResourceLeakDetector.getLevel()
              + " (expected: -Dio.netty.leakDetection.level=paranoid, as the build has it)");
    }
    // What earlier classes lost is not this one's.
    collect();
    ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + "\n" + records));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    for (int i = 0; i < COLLECTIONS && leaks.isEmpty(); i++) {
      collect();
    }
    ByteBufUtil.setLeakListener(null);
    if (!leaks.isEmpty()) {
      throw new AssertionError("buffers lost:\n" + String.join("\n", leaks));
    }
  }

  /** Lost buffers are found by the collector, and reported when the next buffer is made. */
  private static void collect() {
    System.gc();
    UnpooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    UnpooledByteBufAllocator.DEFAULT.heapBuffer(16).release();
  }
}
