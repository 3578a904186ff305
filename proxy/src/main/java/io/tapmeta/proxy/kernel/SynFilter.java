package io.tapmeta.proxy.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A socket filter under which a listener takes in no new connection: the kernel drops SYNs, as if
 * they were lost on the way, and lets through whatever belongs to handshakes that have begun. A
 * guest's TCP sends a lost SYN again after a second; a reset it would take for an answer.
 */
public final class SynFilter {
  /** Bytes of {@code struct sock_fprog}: a length, padding, a pointer. */
  public static final int PROGRAM_BYTES = 16;

  /**
   * Classic BPF, which finds a listener's packets without their IP header: the 14th byte of TCP's
   * has the flags. Instructions: code 2, jump if true 1, jump if false 1, operand 4.
   */
  private static final long[][] INSTRUCTIONS = {
    {0x30, 0, 0, 13}, // load the flags
    {0x54, 0, 0, 0x12}, // of them SYN and ACK
    {0x15, 0, 1, 0x02}, // SYN alone?
    {0x06, 0, 0, 0}, // drop
    {0x06, 0, 0, 0xffff_ffffL}, // keep all of it
  };

  private static final int INSTRUCTION_BYTES = 8;

  private SynFilter() {}

  /** The value of the option {@code SO_ATTACH_FILTER}, good for the life of the process. */
  public static ByteBuffer program() {
    MemorySegment code = Arena.global().allocate((long) INSTRUCTIONS.length * INSTRUCTION_BYTES, 8);
    for (int i = 0; i < INSTRUCTIONS.length; i++) {
      long at = (long) i * INSTRUCTION_BYTES;
      code.set(ValueLayout.JAVA_SHORT, at, (short) INSTRUCTIONS[i][0]);
      code.set(ValueLayout.JAVA_BYTE, at + 2, (byte) INSTRUCTIONS[i][1]);
      code.set(ValueLayout.JAVA_BYTE, at + 3, (byte) INSTRUCTIONS[i][2]);
      code.set(ValueLayout.JAVA_INT, at + 4, (int) INSTRUCTIONS[i][3]);
    }
    return ByteBuffer.allocate(PROGRAM_BYTES)
        .order(ByteOrder.nativeOrder())
        .putShort(0, (short) INSTRUCTIONS.length)
        .putLong(8, code.address());
  }
}
