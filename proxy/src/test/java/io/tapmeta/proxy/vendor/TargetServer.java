package io.tapmeta.proxy.vendor;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A target on a loopback port: answers as it is told, and remembers what it was asked. */
final class TargetServer implements AutoCloseable {
  private static final char[] NO_PASSWORD = {};

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  record Received(String method, String path, Headers headers, String body) {}

  private TargetServer(HttpServer server, HttpHandler handler) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          received.add(
              new Received(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders(),
                  body));
          handler.handle(exchange);
        });
    server.start();
  }

  /** Answers by {@code handler}, which may take its time. */
  static TargetServer of(HttpHandler handler) {
    try {
      return new TargetServer(HttpServer.create(anyPort(), 0), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers 200 with a text. */
  static TargetServer saying(String body) {
    return of(exchange -> reply(exchange, 200, body));
  }

  /** Over TLS, with a certificate for localhost that the authority in the test resources signed. */
  static TargetServer tls(String body) throws Exception {
    return tls(exchange -> reply(exchange, 200, body));
  }

  static TargetServer tls(HttpHandler handler) throws Exception {
    CertificateFactory certificates = CertificateFactory.getInstance("X.509");
    Certificate certificate;
    try (InputStream pem = resource("target.pem")) {
      certificate = certificates.generateCertificate(pem);
    }
    byte[] key;
    try (InputStream pem = resource("target.key")) {
      String text = new String(pem.readAllBytes(), StandardCharsets.US_ASCII);
      key = Base64.getMimeDecoder().decode(text.replaceAll("-----.*-----", ""));
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry(
        "target",
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
        NO_PASSWORD,
        new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new TargetServer(server, handler);
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(TargetServer.class.getResourceAsStream(name), name);
  }

  static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Never answers while the server is there. */
  void hang(HttpExchange exchange) {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  /** One that takes requests and never answers. */
  static TargetServer hanging() {
    TargetServer[] self = new TargetServer[1];
    self[0] = of(exchange -> self[0].hang(exchange));
    return self[0];
  }

  String url() {
    return url("http", "/");
  }

  String url(String scheme, String path) {
    return scheme + "://localhost:" + server.getAddress().getPort() + path;
  }

  List<Received> received() {
    return received;
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
