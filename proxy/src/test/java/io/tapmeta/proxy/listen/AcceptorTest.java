package io.tapmeta.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.http.NoLeaks;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.http.Tally;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.ingress.SavedSyn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who is at the other end, by the frame that the kernel kept. */
@ExtendWith(NoLeaks.class)
class AcceptorTest {
  private static final String OTHER_MAC = "fa:16:3e:00:00:02";

  @TempDir Path temp;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final GuestMetrics metrics = new GuestMetrics(registry);
  private final EmbeddedChannel thread = new EmbeddedChannel();
  private PasswordStore passwords;
  private GuestLoop loop;

  @BeforeEach
  void start() throws IOException {
    Resolver resolver = new Resolver(Set.of("test"));
    resolver.publish("test", List.of(Instances.record(Instances.full(), 1)));
    passwords = new PasswordStore(temp);
    loop =
        new GuestLoop(
            thread.eventLoop(),
            new GuestService(
                resolver, RouteTable.complete(), new DocumentCache(0), passwords, metrics),
            GuestSettings.of(Configuration.DEFAULTS.guest()));
  }

  @AfterEach
  void stop() {
    loop.stop();
    thread.finishAndReleaseAll();
    passwords.close();
  }

  @Test
  void theGuestIsWhoTheFrameSays() {
    EmbeddedChannel guest = accept(Instances.MAC);
    assertThat(get(guest)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("web-1.novalocal");
    guest.finishAndReleaseAll();
  }

  @Test
  void anotherMacIsAnotherGuest() {
    EmbeddedChannel guest = accept(OTHER_MAC);
    assertThat(get(guest)).startsWith("HTTP/1.1 404 ");
    guest.finishAndReleaseAll();
  }

  @Test
  void aPinnedMacIsLetIn() {
    EmbeddedChannel guest = accept(Instances.MAC, OTHER_MAC, Instances.MAC);
    assertThat(get(guest)).startsWith("HTTP/1.1 200 ");
    guest.finishAndReleaseAll();
  }

  /** Before the record is even looked at. */
  @Test
  void whereMacsArePinnedNoOtherIsLetIn() {
    Plug plug = plug(OTHER_MAC);
    assertThat(new Acceptor(plug, loop, metrics).accepted(frame(Instances.MAC))).isNull();
    assertThat(refused("mac_not_allowed")).isOne();
    assertThat(plug.tally().last())
        .map(Tally.Last::outcome)
        .contains(new Tally.Outcome("mac_not_allowed", Tally.UNSAID));
    assertThat(loop.connectionCount()).isZero();
  }

  @Test
  void withoutASavedFrameNobodyIsLetIn() {
    assertThat(acceptor().accepted(ByteBuffer.allocate(0))).isNull();
    assertThat(acceptor().accepted(ByteBuffer.allocate(SavedSyn.MAX_BYTES))).isNull();
    assertThat(refused("no_saved_syn")).isEqualTo(2);
    assertThat(loop.connectionCount()).isZero();
  }

  @Test
  void eachConnectionIsToldApartByItsOwnFrame() {
    Acceptor acceptor = acceptor();
    EmbeddedChannel first = new EmbeddedChannel(acceptor.accepted(frame(Instances.MAC)));
    EmbeddedChannel second = new EmbeddedChannel(acceptor.accepted(frame(OTHER_MAC)));
    assertThat(get(second)).startsWith("HTTP/1.1 404 ");
    assertThat(get(first)).startsWith("HTTP/1.1 200 ");
    assertThat(loop.connectionCount()).isEqualTo(2);
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  /** It ends by itself, and what goes on meanwhile is to be seen. */
  @Test
  void aFailureToAcceptIsCounted() {
    Acceptor acceptor = acceptor();
    acceptor.acceptFailed(new IOException("accept: too many open files"));
    acceptor.acceptFailed(new IOException("accept: too many open files"));
    assertThat(registry.get("tapmeta.budget.refused").tag("budget", "node").counter().count())
        .isEqualTo(2);
  }

  private EmbeddedChannel accept(String mac, String... pins) {
    return new EmbeddedChannel(acceptor(pins).accepted(frame(mac)));
  }

  private Acceptor acceptor(String... pins) {
    return new Acceptor(plug(pins), loop, metrics);
  }

  private static Plug plug(String... pins) {
    return new Plug(attachment(pins), System.nanoTime() - (1L << 50));
  }

  private static Attachment attachment(String... pins) {
    Set<MacAddress> macs = Arrays.stream(pins).map(MacAddress::parse).collect(Collectors.toSet());
    return new Attachment(
        Instances.TAP, Instances.TAP, Mode.NETNS, Optional.of("ns"), "md0", Optional.empty(), macs);
  }

  private static ByteBuffer frame(String mac) {
    return ByteBuffer.wrap(
        HexFormat.of().parseHex("020000000001" + mac.replace(":", "") + "080045"));
  }

  private static String get(EmbeddedChannel guest) {
    guest.writeInbound(
        Unpooled.copiedBuffer(
            "GET /latest/meta-data/hostname HTTP/1.1\r\nHost: a\r\n\r\n",
            StandardCharsets.US_ASCII));
    ByteBuf answer = guest.readOutbound();
    String text = answer.toString(StandardCharsets.US_ASCII);
    answer.release();
    return text;
  }

  private double refused(String reason) {
    return registry.get("tapmeta.identity.refused").tag("reason", reason).counter().count();
  }
}
