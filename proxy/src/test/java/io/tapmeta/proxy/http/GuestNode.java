package io.tapmeta.proxy.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tapmeta.proxy.audit.AuditLog;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.proxy.vendor.VendorTargets;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.instance.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One node in process: a loop that a test turns by hand, and guests that talk to it. */
final class GuestNode implements AutoCloseable {
  static final Limits LIMITS = Configuration.DEFAULTS.guest().limits();
  static final Duration HOLD = Duration.ofSeconds(8);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Resolver resolver = new Resolver(Set.of("test"));
  private final EmbeddedChannel first = GuestChannel.from("10.0.0.5");
  private final PasswordStore passwords;
  private final GuestLoop loop;
  private final Plug plug;
  private final List<GuestChannel> guests = new ArrayList<>();
  private boolean firstTaken;

  GuestNode(Path directory, GuestSettings settings, Duration sincePlugged) {
    this(directory, settings, sincePlugged, Optional.empty());
  }

  GuestNode(
      Path directory, GuestSettings settings, Duration sincePlugged, Optional<AuditLog> audit) {
    try {
      passwords = new PasswordStore(directory.resolve("passwords"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    GuestService service =
        new GuestService(
            resolver,
            RouteTable.complete(),
            new DocumentCache(1 << 20),
            passwords,
            Optional.empty(),
            VendorTargets.none(),
            new GuestMetrics(registry),
            audit);
    loop = new GuestLoop(first.eventLoop(), service, settings);
    plug = plug(Instances.TAP, sincePlugged);
  }

  /** With the full instance behind the tap and default limits. */
  static GuestNode serving(Path directory) {
    GuestNode node = new GuestNode(directory, settings(HOLD, LIMITS), Duration.ofHours(1));
    node.publish(Instances.full());
    return node;
  }

  static GuestSettings settings(Duration hold, Limits limits) {
    return new GuestSettings(
        hold.toNanos(), limits, GuestSettings.of(Configuration.DEFAULTS.guest()).hosts());
  }

  static Plug plug(String tap, Duration ago) {
    return new Plug(GuestChannel.attachment(tap), System.nanoTime() - ago.toNanos());
  }

  GuestLoop loop() {
    return loop;
  }

  Plug plug() {
    return plug;
  }

  /** Publishes records for the instances, each a revision of its own. */
  void publish(Instance... instances) {
    List<InstanceRecord> records = new ArrayList<>();
    for (Instance instance : instances) {
      records.add(Instances.record(instance, System.nanoTime()));
    }
    resolver.publish("test", records);
    loop.recheckHeld();
  }

  GuestChannel guest() {
    return guest(plug);
  }

  GuestChannel guest(Plug by) {
    return guest(by, Instances.MAC);
  }

  GuestChannel guest(Plug by, String mac) {
    // The loop's own channel is the first guest's; the others share its loop's thread.
    EmbeddedChannel channel = firstTaken ? GuestChannel.from("10.0.0.6") : first;
    firstTaken = true;
    GuestChannel guest = new GuestChannel(channel, loop, by, mac);
    guests.add(guest);
    return guest;
  }

  /** Waits until the password store has done what it was given, and has the loop go on. */
  void passwordsDone() {
    CountDownLatch done = new CountDownLatch(1);
    passwords.store("another", new byte[0], _ -> done.countDown());
    try {
      if (!done.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the password store does not answer");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    first.runPendingTasks();
  }

  /** The value of a counter by its name and tags. */
  double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  /** Requests by anything, in all. */
  double requests() {
    return registry.get("tapmeta.requests").counters().stream().mapToDouble(Counter::count).sum();
  }

  @Override
  public void close() {
    loop.stop();
    guests.forEach(GuestChannel::finish);
    if (!firstTaken) {
      first.finishAndReleaseAll();
    }
    passwords.close();
  }
}
