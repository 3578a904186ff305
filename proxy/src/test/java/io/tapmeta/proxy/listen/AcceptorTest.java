package io.tapmeta.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
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
import org.jspecify.annotations.Nullable;
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
    EmbeddedChannel guest = accept(Instances.MAC, OTHER_MAC);
    assertThat(guest.isOpen()).isFalse();
    assertThat(refused("mac_not_allowed")).isOne();
    assertThat(loop.connectionCount()).isZero();
    guest.finishAndReleaseAll();
  }

  @Test
  void withoutASavedFrameNobodyIsLetIn() {
    EmbeddedChannel guest = accept(new byte[SavedSyn.MAX_BYTES]);
    assertThat(guest.isOpen()).isFalse();
    assertThat(refused("no_saved_syn")).isOne();
    assertThat(loop.connectionCount()).isZero();
    guest.finishAndReleaseAll();
  }

  @Test
  void eachConnectionIsToldApartByItsOwnFrame() {
    Attachment attachment = attachment();
    Acceptor acceptor = new Acceptor(new Plug(attachment, 0), loop, metrics);
    EmbeddedChannel first = new SynChannel(frame(Instances.MAC));
    EmbeddedChannel second = new SynChannel(frame(OTHER_MAC));
    first.pipeline().addLast(acceptor);
    second.pipeline().addLast(acceptor);
    assertThat(get(second)).startsWith("HTTP/1.1 404 ");
    assertThat(get(first)).startsWith("HTTP/1.1 200 ");
    assertThat(loop.connectionCount()).isEqualTo(2);
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  private EmbeddedChannel accept(String mac, String... pins) {
    return accept(frame(mac), pins);
  }

  private EmbeddedChannel accept(byte[] syn, String... pins) {
    EmbeddedChannel channel = new SynChannel(syn);
    channel
        .pipeline()
        .addLast(
            new Acceptor(
                new Plug(attachment(pins), System.nanoTime() - (1L << 50)), loop, metrics));
    return channel;
  }

  private static Attachment attachment(String... pins) {
    Set<MacAddress> macs = Arrays.stream(pins).map(MacAddress::parse).collect(Collectors.toSet());
    return new Attachment(
        Instances.TAP, Instances.TAP, Mode.NETNS, Optional.of("ns"), "md0", Optional.empty(), macs);
  }

  private static byte[] frame(String mac) {
    return Arrays.copyOf(
        HexFormat.of().parseHex("020000000001" + mac.replace(":", "") + "080045"),
        SavedSyn.MAX_BYTES);
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

  /** A channel of which the socket option TCP_SAVED_SYN can be read. */
  private static final class SynChannel extends EmbeddedChannel {
    private final byte[] syn;
    private @Nullable ChannelConfig config;

    SynChannel(byte[] syn) {
      this.syn = syn;
    }

    @Override
    public ChannelConfig config() {
      if (config == null) {
        config =
            new DefaultChannelConfig(this) {
              @Override
              @SuppressWarnings("unchecked")
              public <T> T getOption(ChannelOption<T> option) {
                return option.name().endsWith("TCP_SAVED_SYN")
                    ? (T) ByteBuffer.wrap(syn)
                    : super.getOption(option);
              }
            };
      }
      return config;
    }
  }
}
