package io.tapmeta.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReusedBufferTest {
  private static final int CAPACITY = 64;

  private final UnpooledByteBufAllocator otherwise = new UnpooledByteBufAllocator(true);
  private final ReusedBuffer reused = new ReusedBuffer(CAPACITY);

  @AfterEach
  void nothingIsKept() {
    assertThat(otherwise.metric().usedDirectMemory()).isZero();
  }

  @Test
  void whatWasLetGoOfIsTakenAgainAndEmpty() {
    ByteBuf first = reused.take(otherwise, CAPACITY);
    first.writeInt(1).readByte();
    first.release();
    ByteBuf second = reused.take(otherwise, 1);
    assertThat(second).isSameAs(first);
    assertThat(second.isReadable()).isFalse();
    assertThat(second.capacity()).isEqualTo(CAPACITY);
    second.release();
    assertThat(otherwise.metric().usedDirectMemory()).isZero();
  }

  @Test
  void whatIsStillInUseIsLeftAlone() {
    ByteBuf first = reused.take(otherwise, CAPACITY);
    first.writeByte(1);
    ByteBuf second = reused.take(otherwise, CAPACITY);
    second.writeByte(2);
    assertThat(first.getByte(0)).isEqualTo((byte) 1);
    first.release();
    second.release();
  }

  @Test
  void whatDoesNotFitComesFromElsewhere() {
    ByteBuf large = reused.take(otherwise, CAPACITY + 1);
    assertThat(large.writableBytes()).isEqualTo(CAPACITY + 1);
    large.release();
  }

  @Test
  void onceClosedItIsTakenNoMoreAndWhoeverHasItKeepsIt() {
    ByteBuf kept = reused.take(otherwise, CAPACITY);
    reused.close();
    ByteBuf after = reused.take(otherwise, CAPACITY);
    assertThat(after).isNotSameAs(kept);
    kept.writeByte(1);
    kept.release();
    after.release();
  }
}
