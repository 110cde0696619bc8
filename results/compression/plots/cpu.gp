# Run in this directory: gnuplot cpu.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'cpu.svg'
set datafile separator comma
set title 'Processor time of a write' font ',16' noenhanced
set label 1 'plots/cpu.csv   |   run compression-20261122T180234Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'block' at screen 0.9133333333,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.9033333333
unset logscale y
set yrange [0:3]
set ytics ('0' 0, '0.5' 0.5, '1' 1, '1.5' 1.5, '2' 2, '2.5' 2.5, '3' 3)
set ylabel 'cpu per op (us)' noenhanced
unset logscale x
set xrange [-0.6:3.6]
set xtics ('none' 0, 'lz4' 1, 'zstd:1' 2, 'zstd-dict:1' 3)
set xlabel 'codec' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.368
set style fill solid 1.0 noborder
plot 'cpu.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title '4KiB' noenhanced, \
     'cpu.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'cpu.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title '64KiB' noenhanced, \
     'cpu.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
