package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A guest that does one kind of harm again and again, at a pace, while it is let; the pace leaves the
 * processor to whoever is attacked.
 */
public final class Attacker implements AutoCloseable {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** The kinds. */
  public enum Kind {
    /** Heads that never end, a byte at a time, on connections that are held. */
    SLOW_HEADS(200, 400),
    /** Bodies that never end. */
    SLOW_BODIES(200, 400),
    /** Requests without end, of whose answers nothing is read. */
    SLOW_READS(20, 100),
    /** As many connections as are to be had, on which nothing is said. */
    IDLE(20_000, 4000),
    /** A request, our end, and a reset: before the answer, or when it has begun. */
    FIN_AND_RESET(1, 4000),
    /** First packets of connections that never come about. */
    SYN_FLOOD(1, 4000),
    /** Requests that are none. */
    GARBAGE(1, 2000);

    private final int held;
    private final int perSecond;

    Kind(int held, int perSecond) {
      this.held = held;
      this.perSecond = perSecond;
    }
  }

  private static final InetSocketAddress METADATA = new InetSocketAddress(Guest.METADATA, 80);
  private static final String REQUEST =
      "GET /openstack/latest/meta_data.json HTTP/1.1\r\nHost: 169.254.169.254\r\n";
  private static final String MANY_REQUESTS = (REQUEST + "\r\n").repeat(500);
  private static final String POST =
      "POST /openstack/latest/password HTTP/1.1\r\nHost: 169.254.169.254\r\nContent-Length: 999\r\n\r\n";

  private final Kind kind;
  private final Guest guest;
  private final int most;
  private final int perSecond;
  private final List<SocketChannel> held = new ArrayList<>();
  private final AtomicLong blows = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final CompletableFuture<Void> ended;
  private int next;
  private volatile boolean on;
  private volatile boolean closed;

  private Attacker(Guest guest, Kind kind, int held, int perSecond) {
    this.kind = kind;
    this.guest = guest;
    this.most = held;
    this.perSecond = perSecond;
    if (kind == Kind.SYN_FLOOD) {
      // Its kernel hears no answer, and so neither goes on with a connection nor ends it.
      guest
          .namespace()
          .command("nft", "-f", "-")
          .input(
              "table ip deaf { chain in { type filter hook prerouting priority -300;"
                  + " ip saddr 169.254.169.254 tcp flags & (syn | ack) == (syn | ack) drop; }; }")
          .run()
          .orFail();
    }
    ended = guest.namespace().inside("attacker-" + guest.tap(), this::run);
  }

  /** One that waits. */
  public static Attacker of(Guest guest, Kind kind) {
    return new Attacker(guest, kind, kind.held, kind.perSecond);
  }

  /**
   * As the other, of another size.
   *
   * @param held connections at most
   */
  public static Attacker of(Guest guest, Kind kind, int held, int perSecond) {
    return new Attacker(guest, kind, held, perSecond);
  }

  public void attack() {
    on = true;
  }

  public void rest() {
    on = false;
  }

  /** What it has done so far. */
  public long blows() {
    return blows.get();
  }

  @Override
  public void close() {
    closed = true;
    ended.join();
    if (kind == Kind.SYN_FLOOD) {
      guest.namespace().command("nft", "delete", "table", "ip", "deaf").run().orFail();
    }
  }

  @Override
  public String toString() {
    return "%s: %d, of which %d were cut off".formatted(kind, blows.get(), failed.get());
  }

  private void run() {
    long due = System.nanoTime();
    while (!closed) {
      if (!on) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        due = System.nanoTime();
        continue;
      }
      // What was missed is not made up for.
      due = Math.max(due + SECOND / perSecond, System.nanoTime() - SECOND / 100);
      LockSupport.parkNanos(due - System.nanoTime());
      try {
        strike();
      } catch (IOException _) {
        failed.incrementAndGet();
      }
      blows.incrementAndGet();
    }
    held.forEach(Attacker::discard);
  }

  private void strike() throws IOException {
    switch (kind) {
      case SLOW_HEADS -> dribble(REQUEST + "X-Slow: ");
      case SLOW_BODIES -> dribble(POST);
      case SLOW_READS -> dribble(MANY_REQUESTS, "G");
      case IDLE -> hold();
      case FIN_AND_RESET -> finAndReset();
      case SYN_FLOOD -> begin();
      case GARBAGE -> garbage();
    }
  }

  /** What was turned away is given up at once, or this process would run out of descriptors. */
  private void hold() throws IOException {
    for (int looked = 0; looked < 2 && !held.isEmpty(); looked++) {
      next = (next + 1) % held.size();
      SocketChannel one = held.get(next);
      if (isEnded(one)) {
        discard(one);
        // The last one takes its place.
        held.set(next, held.getLast());
        held.removeLast();
      }
    }
    if (held.size() < most) {
      held.add(connect());
    }
  }

  private void dribble(String beginning) throws IOException {
    dribble(beginning, "a");
  }

  private void dribble(String beginning, String more) throws IOException {
    if (held.size() < most) {
      SocketChannel fresh = connect();
      held.add(fresh);
      send(fresh, beginning);
      return;
    }
    SocketChannel one = held.get(next++ % held.size());
    try {
      send(one, more);
    } catch (IOException e) {
      discard(one);
      held.remove(one);
      throw e;
    }
  }

  private void finAndReset() throws IOException {
    try (SocketChannel channel = connect()) {
      send(channel, REQUEST + "\r\n");
      channel.shutdownOutput();
      if (next++ % 2 == 0) {
        // The first bytes of the answer, or the end.
        channel.configureBlocking(true);
        channel.read(ByteBuffer.allocate(1));
      }
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }

  private static void garbage() throws IOException {
    try (SocketChannel channel = connect()) {
      send(channel, "\u0016\u0003\u0001\u0002 garbage\r\n\r\n");
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }

  private static void begin() throws IOException {
    try (SocketChannel channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      channel.connect(METADATA);
    }
  }

  private static SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      channel.connect(METADATA);
      channel.configureBlocking(false);
      return channel;
    } catch (IOException e) {
      discard(channel);
      throw e;
    }
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static boolean isEnded(SocketChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException _) {
      return true;
    }
  }

  private static void discard(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }
}
