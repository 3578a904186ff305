package io.tapmeta.proxy.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's calls around network namespaces, each throwing an {@link IOException} with the
 * system's own message where the call fails.
 */
@SuppressWarnings("restricted") // Linking is what this class is for; the launcher grants it.
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();
  private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(PathElement.groupElement("errno"));

  // JUSTIFICATION: Java cannot move a thread into a network namespace.
  // SAFETY: integers, and a path that outlives the call in the arena of the caller.
  private static final MethodHandle OPEN =
      link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
  private static final MethodHandle SETNS =
      link("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), 0);
  private static final MethodHandle CLOSE =
      link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0);

  // JUSTIFICATION: NetworkInterface lists every interface of the namespace to find one.
  // SAFETY: a NUL-terminated name that outlives the call.
  private static final MethodHandle IF_NAMETOINDEX =
      link("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS), 0);

  // JUSTIFICATION: Java has no netlink sockets, over which the kernel tells of interfaces.
  // SAFETY: structures in an arena of the caller that outlives each call, with their sizes.
  private static final MethodHandle SOCKET =
      link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 0);
  private static final MethodHandle BIND =
      link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), 0);
  private static final MethodHandle SETSOCKOPT =
      link(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
          0);
  private static final MethodHandle RECV =
      link("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), 0);

  // JUSTIFICATION: Netty's call for it makes an object that asks for the socket's address first.
  // SAFETY: memory of the caller's that outlives the call, with its size behind the last pointer.
  private static final MethodHandle GETSOCKOPT =
      LINKER.downcallHandle(
          SYMBOLS.findOrThrow("getsockopt"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

  // JUSTIFICATION: Netty reads and writes as of files, which passes more layers of the kernel, and
  // cannot say that more
  // follows.
  // SAFETY: an address and a length of memory that is the caller's for the length of the call; the
  // descriptors never
  // block. Addresses are integers here, as in every calling convention that Linux has for 64 bits.
  private static final MethodHandle RECV_AT =
      link("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT), 0);
  private static final MethodHandle SEND_AT =
      link("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT), 0);

  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          SYMBOLS.findOrThrow("strerror"),
          FunctionDescriptor.of(
              ADDRESS.withTargetLayout(
                  java.lang.foreign.MemoryLayout.sequenceLayout(
                      256, java.lang.foreign.ValueLayout.JAVA_BYTE)),
              JAVA_INT));

  private static final int ENODEV = 19;
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;
  private static final int CLONE_NEWNET = 0x40000000;

  private Libc() {}

  /** A descriptor of {@code path}, read-only, closed on exec. */
  static int open(String path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int fd = (int) OPEN.invokeExact(errno, arena.allocateFrom(path), O_RDONLY | O_CLOEXEC);
      return checked(fd, errno, path);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /**
   * Moves the calling thread into the network namespace behind {@code fd}.
   *
   * <p>The kind is always named: systemd's RestrictNamespaces refuses a kind of 0.
   */
  static void setNetworkNamespace(int fd, String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int result = (int) SETNS.invokeExact(errno, fd, CLONE_NEWNET);
      checked(result, errno, name);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static void close(int fd) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int result = (int) CLOSE.invokeExact(errno, fd);
      checked(result, errno, "descriptor " + fd);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /**
   * The index of an interface in the calling thread's namespace; 0 where there is none.
   *
   * @throws IOException where it cannot be looked up, above all for lack of descriptors
   */
  static int interfaceIndex(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int index = (int) IF_NAMETOINDEX.invokeExact(errno, arena.allocateFrom(name));
      int error = (int) ERRNO.get(errno, 0L);
      // Without a descriptor, the C library tries one family after the other, and the error is the
      // last one's.
      return checked(index == 0 && error != ENODEV ? -1 : index, errno, name);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static int socket(int family, int type, int protocol) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      return checked((int) SOCKET.invokeExact(errno, family, type, protocol), errno, "socket");
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static void bind(int fd, MemorySegment address) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      checked((int) BIND.invokeExact(errno, fd, address, (int) address.byteSize()), errno, "bind");
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static void setSocketOption(int fd, int level, int option, MemorySegment value)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int result =
          (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, (int) value.byteSize());
      checked(result, errno, "socket option " + option);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /**
   * Reads an option without allocating anything; false where there is none to be had.
   *
   * @param length an int: the bytes there are room for, and afterwards those that were written
   */
  static boolean getSocketOption(
      int fd, int level, int option, MemorySegment value, MemorySegment length) {
    try {
      return (int) GETSOCKOPT.invokeExact(fd, level, option, value, length) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Bytes received into {@code buffer}; the negative of the error's number where none were. */
  static long receive(int fd, MemorySegment buffer) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      long received = (long) RECV.invokeExact(errno, fd, buffer, buffer.byteSize(), 0);
      return received >= 0 ? received : -(int) ERRNO.get(errno, 0L);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Room for an error's number. */
  static MemorySegment errno(Arena arena) {
    return arena.allocate(ERRNO_LAYOUT);
  }

  /** Bytes received into memory; the negative of the error's number where there was one. */
  static int receive(MemorySegment errno, int fd, long address, int length) {
    try {
      long count = (long) RECV_AT.invokeExact(errno, fd, address, (long) length, 0);
      return count >= 0 ? (int) count : -(int) ERRNO.get(errno, 0L);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Bytes of memory that were taken; the negative of the error's number where there was one. */
  static int send(MemorySegment errno, int fd, long address, int length, int flags) {
    try {
      long count = (long) SEND_AT.invokeExact(errno, fd, address, (long) length, flags);
      return count >= 0 ? (int) count : -(int) ERRNO.get(errno, 0L);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int checked(int result, MemorySegment errno, String what) throws Throwable {
    if (result >= 0) {
      return result;
    }
    MemorySegment text = (MemorySegment) STRERROR.invokeExact((int) ERRNO.get(errno, 0L));
    throw new IOException(what + ": " + text.getString(0));
  }

  private static IOException rethrown(Throwable e) {
    return switch (e) {
      case IOException io -> io;
      case RuntimeException bug -> throw bug;
      case Error fatal -> throw fatal;
      default -> new IOException(e);
    };
  }

  private static MethodHandle link(String name, FunctionDescriptor type, int fixedArguments) {
    Linker.Option errno = Linker.Option.captureCallState("errno");
    MemorySegment symbol = SYMBOLS.findOrThrow(name);
    return fixedArguments == 0
        ? LINKER.downcallHandle(symbol, type, errno)
        : LINKER.downcallHandle(
            symbol, type, errno, Linker.Option.firstVariadicArg(fixedArguments));
  }
}
