# An image that grades. Build it in this folder: docker build -t gradient-grader .
#
# Docker's own seccomp filter forbids the namespaces that the level `full` needs. With
#     docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
#         -v "$PWD:/work" gradient-grader grade submissions --out reports
# the image grades at `full`: the sandbox brings a stricter filter of its own. Without these
# options it grades at `reduced`, or says why it does not: `docker run gradient-grader doctor`.
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 grader

WORKDIR /src
COPY pyproject.toml constraints.txt hatch_build.py README.md LICENSE ./
COPY grader grader
COPY exercises exercises
COPY reference reference
RUN pip install --no-cache-dir --constraint constraints.txt --no-deps \
        --index-url https://download.pytorch.org/whl/cpu torch \
    && pip install --no-cache-dir --constraint constraints.txt . \
    && rm -rf /src

USER grader
WORKDIR /work
ENTRYPOINT ["grader"]
CMD ["doctor"]
