# An image with nothing but Brownout: no shell, no package manager, a user without rights.
#
#     docker build -t brownout .
#     docker run --rm --read-only -p 127.0.0.1:8787:8787 -v brownout:/data brownout
#
# The data port answers at all of the container's addresses, the control port at its loopback alone.

FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
    libsqlite3-dev libyaml-dev zlib1g-dev libzstd-dev libbrotli-dev pkg-config python3 binutils \
    ca-certificates busybox-static
WORKDIR /source
COPY . .
RUN swift build -c release --product brownout && Packaging/link /usr/local/bin/brownout
RUN Packaging/image /usr/local/bin/brownout /image

FROM scratch
COPY --from=build /image /
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/bin/wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8788/health"]
ENTRYPOINT ["/usr/bin/brownout"]
CMD ["serve", "--host", "0.0.0.0"]
